import { describe, expect, test } from 'vitest'
import { aBootingMachine, aMadeMachine, machineActions, planOf, type CloudScene } from '../../../../test/fakes/made.ts'
import { aPool, gi, someLimits } from '../../../../test/fakes/ports.ts'
import { aContainer, aMachine, agents, anAgent, aStandby, jobs, now } from '../../../../test/fakes/records.ts'
import type { Machine, Making } from '../../../domain/machine.ts'

const byRule = { reason: 'nothing has run on it for 300 s', by: 'rule', at: now }
const byAnn = { reason: 'disk swap', by: 'ann', at: now }
const busyOn = (machine: string, count = 1) =>
  agents(count, { key: `on-${machine}-`, state: 'running', machine, stateAt: now - 600_000 })

/** What a rule does about one machine, and why. */
function verdict(patch: Partial<Machine>, made: Partial<Making> = {}, scene: CloudScene = {}): string[] {
  const { actions } = planOf({ machines: [aMadeMachine(patch, made)], ...scene })
  return actions.flatMap((action) => ('machine' in action ? [`${action.kind}: ${action.reason}`] : []))
}

describe('a machine goes', () => {
  const cases: [string, Partial<Machine>, Partial<Making>, CloudScene, string[]][] = [
    ['not without a reason', {}, {}, {}, []],
    [
      'when its boot has failed',
      { state: 'booting', detail: 'no answer' },
      { readyAt: undefined, acceptedAt: now - 300_000 },
      {},
      ['delete-machine: it was not ready within 300 s (no answer)'],
    ],
    ['when the service leaves', {}, {}, { draining: true }, ['cordon-machine: Slipway is draining']],
    [
      'when its provider takes it back',
      {},
      { eviction: { noticedAt: now, detail: 'Preempt' } },
      {},
      ['cordon-machine: its provider takes it back: Preempt'],
    ],
    ['when it is old', { createdAt: now - 86_400_000 }, {}, {}, ['cordon-machine: it reached its maximum age']],
    [
      'when it has had its most agents',
      { agentsHad: 1000 },
      {},
      {},
      ['cordon-machine: it has had its most agents, 1000'],
    ],
    [
      'when its fleet may have none',
      {},
      {},
      { fleet: { limits: someLimits({ machines: 0 }) } },
      ['cordon-machine: fleet cloud may have 0 machines'],
    ],
    [
      'when its fleet is gone',
      {},
      {},
      { fleets: [] },
      ['cordon-machine: the configuration has no fleet cloud that makes machines'],
    ],
    [
      'when its fleet is gone while it boots, and not as failed',
      { state: 'booting' },
      { readyAt: undefined },
      { fleets: [] },
      ['cordon-machine: the configuration has no fleet cloud that makes machines'],
    ],
    [
      'when others are made from another template',
      {},
      { template: 't0' },
      {},
      ['cordon-machine: fleet cloud makes its machines from another template now'],
    ],
    [
      'when nobody needs it',
      { emptySince: now - 300_000 },
      {},
      {},
      ['cordon-machine: nothing has run on it for 300 s'],
    ],
    ['not a moment before', { emptySince: now - 299_999 }, {}, {}, []],
    ['not when nobody has looked since', { emptySince: now - 300_000 }, {}, { lookedAt: now - 1 }, []],
    ['not because it does not answer', { state: 'unreachable', emptySince: undefined }, {}, {}, []],
    [
      'when it does not answer and nobody needed it anyway',
      { state: 'unreachable', emptySince: now - 300_000 },
      {},
      { lookedAt: now - 900_000 },
      ['cordon-machine: nothing has run on it for 300 s'],
    ],
    ['not when it was given by hand', { made: undefined, createdAt: 0, emptySince: 0 }, {}, { draining: true }, []],
    [
      'when it is stopped and nobody keeps it so',
      { state: 'stopped' },
      {},
      {},
      ['cordon-machine: warm.stopped keeps only 0'],
    ],
    ['not while it is being stopped', { state: 'stopping', createdAt: 0 }, {}, {}, []],
    ['not twice', { state: 'deleting', createdAt: 0 }, {}, {}, []],
  ]
  test.each(cases)('%s', (_name, patch, made, scene, expected) => {
    const machine = aMadeMachine(patch, made)
    const machines = 'made' in patch ? [{ ...machine, made: patch.made }] : [machine]
    expect(verdict(patch, made, { ...scene, machines })).toEqual(expected)
  })

  test('with its agents still at work: cordoned, and none of them is touched', () => {
    const { actions } = planOf({ machines: [aMadeMachine({ createdAt: 0 })], agents: busyOn('m1', 3) })
    expect(actions.map(({ kind }) => kind)).toEqual(['cordon-machine'])
  })
})

describe('a cordoned machine', () => {
  const cases: [string, Partial<Machine>, Partial<Making>, CloudScene, string[]][] = [
    ['is deleted once it is empty, with the reason of the rule', { cordon: byRule }, {}, {}, ['delete m1']],
    ['stays while a container is on it', { cordon: byRule }, {}, { containers: [aContainer({ key: 'c' })] }, []],
    [
      'stays while an agent is being cleared away',
      { cordon: byRule },
      {},
      { agents: [anAgent({ state: 'ending' })] },
      [],
    ],
    ['stays when a person drained it, however old', { cordon: byAnn, createdAt: 0, emptySince: 0 }, {}, {}, []],
    [
      'goes when a person wants it deleted',
      { cordon: byAnn },
      { endReason: 'to be deleted, says ann' },
      {},
      ['delete m1'],
    ],
    [
      'goes no sooner than it is empty',
      { cordon: byAnn },
      { endReason: 'to be deleted, says ann' },
      { agents: busyOn('m1') },
      [],
    ],
    ['goes from `stopped` too', { cordon: byRule, state: 'stopped' }, {}, {}, ['delete m1']],
    [
      'goes from `unreachable` too when nothing is on it',
      { cordon: byRule, state: 'unreachable' },
      {},
      {},
      ['delete m1'],
    ],
    [
      'goes as failed when it was still to boot',
      { cordon: byAnn, state: 'creating' },
      { readyAt: undefined, acceptedAt: now - 300_000 },
      {},
      ['delete failed m1'],
    ],
  ]
  test.each(cases)('%s', (_name, patch, made, scene, expected) => {
    expect(machineActions(planOf({ machines: [aMadeMachine(patch, made)], ...scene }))).toEqual(expected)
  })

  test('is taken back when jobs need it, and only as many as they do', () => {
    const machines = ['m1', 'm2'].map((key) => aMadeMachine({ key, cordon: byRule }))
    const made = planOf({ machines, jobs: jobs(3) })
    expect(machineActions(made)).toEqual(['uncordon m1', 'delete m2'])
    expect(made.waits).toMatchObject([
      { code: 'room-soon', count: 3, reason: 'machine m1 was to go, and is taken back for it' },
    ])
  })

  test.each([
    ['a person has cordoned it', { cordon: byAnn }, {}],
    ['it is to go anyway', { cordon: byRule, agentsHad: 1000 }, {}],
    ['it is being taken back by its provider', { cordon: byRule }, { eviction: { noticedAt: now, detail: 'Preempt' } }],
    ['it is out of date', { cordon: byRule }, { template: 't0' }],
    ['its isolation does not hold', { cordon: byRule, isolation: 'unknown' as const }, {}],
  ])('is not taken back when %s', (_name, patch, made) => {
    const actions = machineActions(planOf({ machines: [aMadeMachine(patch, made)], jobs: jobs(1) }))
    expect(actions).toContain('create d8')
    expect(actions).not.toContain('uncordon m1')
  })
})

describe('of a fleet with a number to keep', () => {
  const three = [aMadeMachine(), aMadeMachine({ key: 'm2' }), aMadeMachine({ key: 'm3' })]

  test('the emptiest go when there are too many, and those that go already count', () => {
    const fleet = { limits: someLimits({ machines: 2 }) }
    const used = [...busyOn('m1'), ...busyOn('m2', 2)]
    expect(machineActions(planOf({ machines: three, fleet, agents: used }))).toEqual(['cordon m3'])
    const going = three.map((machine) => (machine.key === 'm1' ? { ...machine, cordon: byRule } : machine))
    expect(machineActions(planOf({ machines: going, fleet, agents: used }))).toEqual([])
  })

  test('those out of date are replaced one by one, the emptiest first', () => {
    const old = three.map((machine) => ({ ...machine, made: { ...machine.made, template: 't0' } as Making }))
    const used = [...busyOn('m1'), ...busyOn('m2', 2)]
    expect(machineActions(planOf({ machines: old, agents: used }))).toEqual(['cordon m3'])
    expect(machineActions(planOf({ machines: old, agents: used, elastic: { driftBudget: 2 } }))).toEqual([
      'cordon m1',
      'cordon m3',
    ])
    const [first, ...rest] = old
    const going = first ? [{ ...first, cordon: byRule }, ...rest] : []
    expect(machineActions(planOf({ machines: going, agents: used }))).toEqual([])
    expect(machineActions(planOf({ machines: old, agents: used, elastic: { driftBudget: 0 } }))).toEqual([])
  })
})

describe('an idle machine', () => {
  const idle = (key: string, since: number) => aMadeMachine({ key, emptySince: now - since })
  const two = [idle('m1', 400_000), idle('m2', 500_000)]

  test('stays while warm.machines wants it; the longest empty go first', () => {
    expect(machineActions(planOf({ machines: two, elastic: { warm: { machines: 1, stopped: 0 } } }))).toEqual([
      'cordon m2',
    ])
    expect(machineActions(planOf({ machines: two, elastic: { warm: { machines: 2, stopped: 0 } } }))).toEqual([])
  })

  test('stays while this plan puts something on it', () => {
    expect(machineActions(planOf({ machines: [idle('m1', 400_000)], jobs: jobs(1) }))).toEqual([])
    const pools = [aPool({ fleets: ['cloud'], warm: { agents: 0, standby: 1 } })]
    expect(machineActions(planOf({ machines: [idle('m1', 400_000)], pools }))).toEqual([])
    const standby = aStandby('s1', pools[0])
    expect(machineActions(planOf({ machines: [idle('m1', 400_000)], pools, containers: [standby] }))).toEqual([])
  })

  test('is stopped instead while warm.stopped lacks one', () => {
    const elastic = { warm: { machines: 0, stopped: 1 } }
    const used = two.map((machine) => ({ ...machine, agentsHad: 3 }))
    expect(machineActions(planOf({ machines: used, elastic }))).toEqual(['cordon m1', 'stop m2'])
    const kept = aMadeMachine({ key: 's1', state: 'stopped' })
    expect(machineActions(planOf({ machines: [...used, kept], elastic }))).toEqual(['cordon m1', 'cordon m2'])
  })

  test('is stopped at once when it was made for that, and a Spot machine never', () => {
    const elastic = { warm: { machines: 0, stopped: 1 } }
    expect(machineActions(planOf({ machines: [aMadeMachine()], elastic }))).toEqual(['stop m1'])
    expect(machineActions(planOf({ machines: [aMadeMachine({ agentsHad: 1 })], elastic }))).toEqual([])
    expect(machineActions(planOf({ machines: [aMadeMachine({ emptySince: 0 }, { spot: true })], elastic }))).toEqual([
      'cordon m1',
    ])
  })

  const minute = 60_000
  test.each([
    [54 * minute, []],
    [55 * minute, ['cordon m1']],
    [59 * minute, ['cordon m1']],
    [61 * minute, []],
    [115 * minute, ['cordon m1']],
  ])('with hours billed, goes just before a paid hour ends: %i ms in', (age, expected) => {
    const machine = aMadeMachine({ emptySince: now - 900_000 }, { acceptedAt: now - age })
    expect(machineActions(planOf({ machines: [machine], elastic: { billing: 'hour' } }))).toEqual(expected)
  })

  test('with hours billed, not before its idle timeout either', () => {
    const machine = aMadeMachine({ emptySince: now - 10_000 }, { acceptedAt: now - 56 * minute })
    expect(machineActions(planOf({ machines: [machine], elastic: { billing: 'hour' } }))).toEqual([])
  })
})

describe('consolidation', () => {
  const elastic = { consolidate: true }
  const aged = { readyAt: now - 600_000 }
  const machines = [aMadeMachine({}, aged), aMadeMachine({ key: 'm2' }, aged), aMadeMachine({ key: 'm3' }, aged)]
  const scene: CloudScene = { elastic, machines, agents: [...busyOn('m1', 2), ...busyOn('m2', 1), ...busyOn('m3', 3)] }

  test('cordons the emptiest machine when what is on it fits onto others', () => {
    const { actions } = planOf(scene)
    expect(actions).toMatchObject([
      { kind: 'cordon-machine', machine: 'm2', reason: 'what is left on it would fit onto other machines in use' },
    ])
  })

  const cases: [string, CloudScene][] = [
    ['where the fleet does not want it', { elastic: {} }],
    ['where nothing fits elsewhere', { agents: [...busyOn('m2', 1), ...busyOn('m1', 4), ...busyOn('m3', 4)] }],
    ['onto machines that are empty', { agents: busyOn('m2', 1) }],
    ['of machines that are well used', { agents: [...busyOn('m1', 2), ...busyOn('m2', 2)] }],
    [
      'of machines that have only just come',
      { machines: [aMadeMachine(), aMadeMachine({ key: 'm2' }), aMadeMachine({ key: 'm3' })] },
    ],
    ['of two at a time', { machines: [{ ...aMadeMachine({ key: 'm1' }), cordon: byRule }, ...machines.slice(1)] }],
    [
      'onto machines that are cordoned',
      { machines: machines.map((each) => (each.key === 'm2' ? each : { ...each, cordon: byAnn })) },
    ],
    [
      'while jobs wait for room',
      {
        pools: [
          aPool({ fleets: ['cloud'] }),
          aPool({
            name: 'big',
            labels: ['big'],
            fleets: ['cloud'],
            resources: { milliCpu: 8000, memory: gi, disk: 0 },
          }),
        ],
        jobs: jobs(1, { requirement: { kind: 'all', labels: ['big'], matchCase: false } }),
      },
    ],
  ]
  test.each(cases)('does nothing %s', (_name, patch) => {
    expect(machineActions(planOf({ ...scene, ...patch })).filter((each) => !each.startsWith('create'))).toEqual([])
  })

  test('is taken back when jobs need the room', () => {
    const merging = machines.map((each) => (each.key === 'm2' ? { ...each, cordon: byRule } : each))
    expect(machineActions(planOf({ ...scene, machines: merging }))).toEqual([])
    const made = planOf({ ...scene, machines: merging, jobs: jobs(5) })
    expect(machineActions(made)).toEqual(['uncordon m2'])
  })
})

describe('machines held ahead', () => {
  const warm = (machines: number, stopped = 0): CloudScene => ({ elastic: { warm: { machines, stopped } } })
  const cases: [string, CloudScene, string[]][] = [
    ['running and empty are made', warm(2), ['create d8', 'create d8']],
    ['less those that are empty', { ...warm(2), machines: [aMadeMachine()] }, ['create d8']],
    ['less those that are coming', { ...warm(2), machines: [aBootingMachine()] }, ['create d8']],
    ['not counting those in use', { ...warm(1), machines: [aMadeMachine()], agents: busyOn('m1') }, ['create d8']],
    [
      'not counting those that this plan fills',
      { ...warm(1), machines: [aMadeMachine()], jobs: jobs(1) },
      ['create d8'],
    ],
    [
      'not counting those that jobs wait for',
      { ...warm(1), machines: [aBootingMachine()], jobs: jobs(1) },
      ['create d8'],
    ],
    ['from stopped ones first', { ...warm(1, 1), machines: [aMadeMachine({ state: 'stopped' })] }, ['start m1']],
    ['stopped are made too', warm(0, 1), ['create d8']],
    ['stopped and coming are enough', { ...warm(0, 1), machines: [aBootingMachine()] }, []],
    ['stopped, and being stopped, are enough', { ...warm(0, 1), machines: [aMadeMachine({ state: 'stopping' })] }, []],
    ['within the limits of the fleet', { ...warm(3), fleet: { limits: someLimits({ machines: 1 }) } }, ['create d8']],
    ['not while the service leaves', { ...warm(1), draining: true }, []],
  ]
  test.each(cases)('%s', (_name, scene, expected) => {
    expect(machineActions(planOf(scene))).toEqual(expected)
  })

  test('come after demand', () => {
    const made = planOf({ ...warm(1), jobs: jobs(1), fleet: { limits: someLimits({ machines: 1 }) } })
    expect(made.waits).toMatchObject([{ code: 'machine-coming' }])
    expect(made.actions).toMatchObject([{ reason: expect.stringContaining('1 job of pool linux') }])
  })

  test('warm agents and standby containers without room get machines', () => {
    const pools = [aPool({ fleets: ['cloud'], warm: { agents: 2, standby: 3 } })]
    const first = planOf({ pools })
    expect(machineActions(first)).toEqual(['create d8', 'create d8'])
    expect(first.actions[0]?.reason).toContain('2 warm agents of pool linux and 2 standby containers of pool linux')
    const machines = [aBootingMachine(), aBootingMachine({ key: 'm2' })]
    expect(machineActions(planOf({ pools, machines }))).toEqual([])
  })

  test('a host given by hand is none of them', () => {
    expect(machineActions(planOf({ ...warm(1), machines: [aMachine({ fleet: 'cloud' })] }))).toEqual(['create d8'])
  })
})
