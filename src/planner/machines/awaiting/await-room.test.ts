import { describe, expect, test } from 'vitest'
import { aBootingMachine, aMadeMachine, machineActions, planOf, type CloudScene } from '../../../../test/fakes/made.ts'
import { aPool, anElasticFleet, aFleet, gi, someLimits } from '../../../../test/fakes/ports.ts'
import { aBackoff, aContainer, aJob, aMachine, agents, anAgent, jobs, now } from '../../../../test/fakes/records.ts'
import { remainingMs } from './predict.ts'

const stopsGrowing = { fleet: { limits: someLimits({ machines: 1 }) } }
const waitsOf = (scene: CloudScene) => planOf(scene).waits.map(({ code, count }) => [code, count])

describe('a machine that is coming counts', () => {
  test.each(['requested', 'creating', 'booting', 'starting'] as const)('while it is %s', (state) => {
    const scene = { jobs: jobs(5), machines: [aBootingMachine({ state, stateAt: now - 10_000 })] }
    expect(planOf({ ...scene, ...stopsGrowing }).waits).toMatchObject([
      { code: 'machine-limit', count: 1 },
      {
        code: 'machine-coming',
        count: 4,
        pool: 'linux',
        reason: `machine m1 (d8) is ${state} and will have room`,
        next: 'it is placed when the machine is ready, in about 50 s',
        etaMs: 50_000,
      },
    ])
    expect(machineActions(planOf(scene))).toEqual(['create d8'])
  })

  test.each(['deleting', 'stopping'] as const)('not while it is %s', (state) => {
    expect(machineActions(planOf({ jobs: jobs(1), machines: [aBootingMachine({ state })] }))).toEqual(['create d8'])
  })

  test('by how long its fleet took lately', () => {
    const scene = { jobs: jobs(1), machines: [aBootingMachine()], bootMs: new Map([['cloud', 12_000]]) }
    expect(planOf(scene).waits).toMatchObject([{ etaMs: 2000 }])
    expect(planOf({ ...scene, bootMs: new Map([['cloud', 1]]) }).waits).toMatchObject([
      { etaMs: 0, next: 'it is placed when the machine is ready, any moment now' },
    ])
  })

  const late = [
    ['from when it was accepted', {}, { acceptedAt: now - 300_000 }],
    ['from when it was asked for, if it never was', { createdAt: now - 300_000 }, { acceptedAt: undefined }],
    [
      'from its start, if it was ready before',
      { state: 'starting', stateAt: now - 300_000 },
      { readyAt: now - 400_000 },
    ],
  ] as const
  test.each(late)('until its deadline, %s; then it is deleted and another place is tried', (_name, patch, made) => {
    const machines = [aBootingMachine(patch, made)]
    expect(machineActions(planOf({ jobs: jobs(1), machines }))).toEqual(['create d8', 'delete failed m1'])
  })

  test('a moment before its deadline, still', () => {
    const machines = [aBootingMachine({}, { acceptedAt: now - 299_999 })]
    expect(machineActions(planOf({ jobs: jobs(1), machines }))).toEqual([])
  })

  test('one started again is not judged by its first boot', () => {
    const machines = [aBootingMachine({ stateAt: now - 10_000 }, { acceptedAt: now - 900_000, readyAt: now - 800_000 })]
    expect(machineActions(planOf({ jobs: jobs(1), machines }))).toEqual([])
  })

  test('up to the agents that it may have', () => {
    const fleet = { limits: someLimits({ agentsPerMachine: 1, machines: 1 }) }
    expect(waitsOf({ jobs: jobs(2), machines: [aBootingMachine()], fleet })).toEqual([
      ['machine-limit', 1],
      ['machine-coming', 1],
    ])
  })

  test('only for pools that use its fleet', () => {
    const fleets = [anElasticFleet(), anElasticFleet({ name: 'other' })]
    const made = planOf({ jobs: jobs(1), machines: [aBootingMachine({ fleet: 'other' })], fleets })
    expect(machineActions(made)).toEqual(['create d8'])
  })

  test('not when a person has cordoned it', () => {
    const cordon = { reason: 'x', by: 'ann', at: now }
    expect(machineActions(planOf({ jobs: jobs(1), machines: [aBootingMachine({ cordon })] }))).toEqual(['create d8'])
  })

  test('many of them are counted, not named', () => {
    const machines = Array.from({ length: 8 }, (_, i) => aBootingMachine({ key: `b${i}` }))
    expect(planOf({ jobs: jobs(20), machines }).waits).toMatchObject([
      { code: 'machine-coming', count: 20, reason: '8 machines of fleet cloud are booting and will have room' },
    ])
  })
})

describe('a machine that is ready and not yet of use', () => {
  test('is waited for while its isolation is being verified', () => {
    const made = planOf({ jobs: jobs(2), machines: [aMadeMachine({ isolation: 'unknown' })] })
    expect(made.waits).toMatchObject([
      { code: 'machine-coming', count: 2, reason: 'machine m1 is ready, and its isolation is being verified' },
    ])
    expect(machineActions(made)).toEqual([])
  })

  test('is waited for while the image is fetched', () => {
    const made = planOf({ jobs: jobs(2), machines: [aMadeMachine()], images: [] })
    expect(made.waits).toMatchObject([
      { code: 'pulling-image', count: 2, reason: 'image agent is being fetched onto m1' },
    ])
    expect(machineActions(made)).toEqual([])
  })

  test('is waited for while the image fails there now and then, and no longer when it does so on and on', () => {
    const scene = { jobs: jobs(2), machines: [aMadeMachine()], images: [] }
    const backoffs = (failures: number) => [aBackoff('image:m1/agent', { failures })]
    expect(waitsOf({ ...scene, backoffs: backoffs(2) })).toEqual([['backing-off', 2]])
    expect(machineActions(planOf({ ...scene, backoffs: backoffs(2) }))).toEqual([])
    expect(machineActions(planOf({ ...scene, backoffs: backoffs(3) }))).toEqual(['create d8'])
  })

  test('is no reason for another machine when the image fails on several', () => {
    const machines = [aMadeMachine(), aMadeMachine({ key: 'm2' })]
    const backoffs = machines.map(({ key }) => aBackoff(`image:${key}/agent`, { failures: 9 }))
    const made = planOf({ jobs: jobs(20), machines, images: [], backoffs })
    expect(machineActions(made)).toEqual([])
    expect(new Set(made.waits.map(({ code }) => code))).toEqual(new Set(['backing-off']))
  })

  test.each(['gone', 'stopped', 'cordoned'])('has no say in that when it is %s', (how) => {
    const patch = how === 'stopped' ? { state: 'stopped' as const } : { cordon: { reason: 'x', by: 'ann', at: now } }
    const machines = how === 'gone' ? [] : ['m1', 'm2'].map((key) => aMadeMachine({ key, ...patch }))
    const backoffs = ['m1', 'm2'].map((key) => aBackoff(`image:${key}/agent`, { failures: 9, until: now - 1 }))
    const elastic = { warm: { machines: 0, stopped: 2 } }
    const made = planOf({ jobs: jobs(20), machines, images: [], backoffs, elastic })
    expect(new Set(made.waits.map(({ code }) => code))).toEqual(new Set(['machine-coming']))
  })

  test('is not idle', () => {
    const idle = { emptySince: now - 900_000, images: [] }
    expect(machineActions(planOf({ jobs: jobs(1), machines: [aMadeMachine(idle)], images: [] }))).toEqual([])
  })

  test('does not keep room from pools that can use it now', () => {
    const pools = [
      aPool({ name: 'slow', labels: ['slow'], image: 'slow', fleets: ['cloud'] }),
      aPool({ fleets: ['cloud'] }),
    ]
    const slow = jobs(4, {
      externalId: 's',
      requirement: { kind: 'all', labels: ['slow'], matchCase: false },
      queuedAt: 1,
    })
    const made = planOf({ pools, jobs: [...slow, ...jobs(4)], machines: [aMadeMachine()], images: ['m1/agent'] })
    expect(made.actions.filter(({ kind }) => kind === 'start-agent')).toHaveLength(4)
    expect(machineActions(made)).toEqual(['create d8'])
  })
})

test.each([
  [[10, 20, 30], 0, 20],
  [[10, 20, 30, 40], 0, 25],
  [[10, 20, 30, 40, 50], 20, 20],
  [[10, 20, 30], 10, undefined],
  [[], 0, undefined],
  [[10, 10, 10], 9, 1],
])('past durations %j, %i ms in: %s to go', (durations, elapsed, expected) => {
  expect(remainingMs(durations, elapsed)).toBe(expected)
})

describe('rather than booting, jobs wait for agents that are about to end', () => {
  const running = agents(4, { state: 'running', job: 'github/r/1' })
  const busy = { ...aJob({ externalId: 'r', state: 'running', startedAt: now - 100_000 }) }
  const scene = {
    machines: [aMadeMachine({ emptySince: undefined })],
    agents: running,
    jobs: [busy, ...jobs(3)],
  }
  const lasting = (...seconds: number[]) => new Map([['github/acme/a/ci/r', seconds.map((each) => each * 1000)]])

  test('expected to end before a machine could boot', () => {
    const made = planOf({ ...scene, durations: lasting(90, 120, 130, 150) })
    expect(machineActions(made)).toEqual([])
    expect(made.waits).toMatchObject([
      {
        code: 'room-soon',
        count: 3,
        etaMs: 30_000,
        reason: 'agents that run now, the first on m1, are expected to end before another machine could boot',
        next: 'it is placed when one has ended, the first in about 30 s',
      },
    ])
  })

  const cases: [string, CloudScene][] = [
    ['later than a machine could boot', { durations: lasting(161, 162, 163) }],
    ['later than machines lately booted', { durations: lasting(120, 130, 150), bootMs: new Map([['cloud', 20_000]]) }],
    ['with fewer than three samples', { durations: lasting(1, 2, 120, 130) }],
    ['without history', {}],
    [
      'on a machine that is cordoned',
      { durations: lasting(120, 130, 150), machines: [aMadeMachine({ cordon: { reason: 'x', by: 'ann', at: now } })] },
    ],
  ]
  test.each(cases)('not %s', (_name, patch) => {
    expect(machineActions(planOf({ ...scene, ...patch }))).toEqual(['create d8'])
  })

  test('only as many as these leave room for', () => {
    const made = planOf({ ...scene, jobs: [busy, ...jobs(6)], durations: lasting(120, 130, 150) })
    expect(made.waits.map(({ code, count }) => [code, count])).toEqual([
      ['room-soon', 4],
      ['machine-coming', 2],
    ])
  })

  test('and until enough of them have', () => {
    const two = { milliCpu: 4000, memory: gi, disk: 0 }
    const pools = [
      aPool({ fleets: ['cloud'] }),
      aPool({ name: 'big', labels: ['big'], fleets: ['cloud'], resources: two }),
    ]
    const big = jobs(1, { externalId: 'b', requirement: { kind: 'all', labels: ['big'], matchCase: false } })
    const [first, second, ...others] = running
    const ends = [
      { ...busy, key: 'github/r/1' },
      aJob({ externalId: 'q', name: 'r', state: 'running', startedAt: now - 80_000 }),
    ]
    const own = [anAgent({ ...first, job: 'github/r/1' }), anAgent({ ...second, job: 'github/q/1' })]
    const rest = others.map((agent) => anAgent({ ...agent, job: undefined, stateAt: now - 900_000 }))
    const made = planOf({
      ...scene,
      pools,
      agents: [...own, ...rest],
      jobs: [...ends, ...big],
      durations: lasting(120, 130, 150),
    })
    // The first is expected to end in 30 s, the second in 50 s.
    expect(made.waits).toMatchObject([{ code: 'room-soon', etaMs: 50_000 }])
  })
})

describe('in a spike', () => {
  const host = { fleet: 'local', key: 'host', allocatable: { milliCpu: 4000, memory: 24 * gi, disk: 100 * gi } }
  const spike = (cpu: number, patch: CloudScene = {}): CloudScene => ({
    pools: [aPool({ fleets: ['local', 'cloud'] })],
    fleets: [aFleet({ burst: { cpu } }), anElasticFleet()],
    machines: [aMachine(host)],
    jobs: jobs(7),
    ...patch,
  })
  const startsOn = (scene: CloudScene) =>
    planOf(scene).actions.flatMap((action) => (action.kind === 'start-agent' ? [action.machine] : []))

  test('agents are started with lent CPU while a machine boots for them', () => {
    expect(startsOn(spike(1))).toHaveLength(2)
    expect(startsOn(spike(1.5))).toHaveLength(3)
    expect(startsOn(spike(2))).toHaveLength(4)
    expect(waitsOf(spike(2))).toEqual([
      ['starting', 4],
      ['machine-coming', 3],
    ])
  })

  test('machines are made as if nothing had been lent', () => {
    expect(machineActions(planOf(spike(2)))).toEqual(['create d8', 'create d8'])
  })

  test('the reason says so', () => {
    const starts = planOf(spike(1.5)).actions.filter(({ kind }) => kind === 'start-agent')
    expect(starts.at(-1)?.reason).toBe(
      'a job is queued and a machine boots for it; until then host shares its CPU (burst.cpu)',
    )
  })

  test('never memory', () => {
    const little = { ...host, allocatable: { ...host.allocatable, memory: 8 * gi } }
    expect(startsOn(spike(9, { machines: [aMachine(little)] }))).toHaveLength(2)
  })

  test('never beyond what is lent already', () => {
    const containers = [aContainer({ key: 'x', machine: 'host', resources: { milliCpu: 6000, memory: gi, disk: 0 } })]
    expect(startsOn(spike(1.5, { containers }))).toEqual([])
    expect(startsOn(spike(2, { containers }))).toEqual(['host'])
  })

  test('not while no machine boots', () => {
    const fleets = [aFleet({ burst: { cpu: 2 } }), anElasticFleet({ limits: someLimits({ machines: 0 }) })]
    expect(startsOn(spike(2, { fleets }))).toHaveLength(2)
    expect(startsOn(spike(2, { offers: new Map() }))).toHaveLength(2)
  })

  test('also while one that was asked for before still boots', () => {
    const machines = [aMachine(host), aBootingMachine(), aBootingMachine({ key: 'm2' })]
    expect(startsOn(spike(1.5, { machines }))).toHaveLength(3)
  })
})
