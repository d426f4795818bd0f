import { describe, expect, test } from 'vitest'
import { aFleet, aPool, gi } from '../../../test/fakes/ports.ts'
import {
  aBackoff,
  aContainer,
  agents,
  aMachine,
  anAgent,
  aRequest,
  aScope,
  aSnapshot,
  aStandby,
  jobs,
  now,
  type Scene,
} from '../../../test/fakes/records.ts'
import type { Container } from '../../domain/agent.ts'
import type { Action } from '../../domain/plan.ts'
import { plan } from '../plan.ts'

function kinds(scene: Scene, kind: Action['kind']): Action[] {
  return plan(aSnapshot(scene), now).actions.filter((action) => action.kind === kind)
}

const count = (scene: Scene, kind: Action['kind']) => kinds(scene, kind).length

describe('warm agents', () => {
  const pools = [aPool({ warm: { agents: 2, standby: 0 } })]
  const cases: [string, Scene, number][] = [
    ['are made when there are none', {}, 2],
    ['are made up to the number', { agents: [anAgent()] }, 1],
    ['count whether starting or idle', { agents: agents(2, { state: 'requested' }) }, 0],
    ['do not count while at work', { agents: agents(2, { state: 'running' }) }, 2],
    [
      'do not count while at work on a job that nobody has named',
      { agents: agents(2, { state: 'running', job: 'x' }) },
      2,
    ],
    [
      'do not count a job twice that an agent seems to have taken',
      { jobs: jobs(1), agents: [anAgent({ state: 'running' }), anAgent({ key: 'a2' })] },
      1,
    ],
    ['do not count on a machine that does not answer', { agents: agents(2, { machine: 'm9' }) }, 2],
    ['come on top of what the queue wants', { jobs: jobs(3) }, 5],
    ['and of what has already been started for it', { jobs: jobs(3), agents: agents(3, { state: 'requested' }) }, 2],
    ['are made for each scope', { scopes: [aScope(), aScope({ name: 'other' })] }, 4],
    [
      'not for a scope that admits too much',
      { scopes: [aScope({ width: { repositories: 'all', allowsPublic: true } })] },
      0,
    ],
    ['not for a scope whose width is not known', { scopes: [aScope({ width: undefined })] }, 0],
    ['not for a scope in trouble', { backoffs: [aBackoff('scope:github/acme')] }, 0],
    ['not for a pool in trouble', { backoffs: [aBackoff('pool:linux')] }, 0],
    ['not when Slipway leaves', { draining: true }, 0],
    [
      'only as far as there is room',
      {
        machines: [aMachine()],
        containers: [aContainer({ key: 'x', resources: { milliCpu: 5000, memory: 0, disk: 0 } })],
      },
      1,
    ],
  ]
  test.each(cases)('%s', (_name, scene, expected) => {
    expect(count({ pools, machines: [aMachine(), aMachine({ key: 'm2' })], ...scene }, 'start-agent')).toBe(expected)
  })

  test('are not made for a `fixed` source, whose agents are made for a job', () => {
    const serving = [aPool({ serves: [{ source: 'ci' }], warm: { agents: 2, standby: 0 } })]
    expect(
      count({ pools: serving, scopes: [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })] }, 'start-agent'),
    ).toBe(0)
  })
})

describe('standby containers', () => {
  const pool = aPool({ warm: { agents: 0, standby: 2 } })
  const cases: [string, Scene, number][] = [
    ['are prepared up to the number', {}, 2],
    ['count while they are being prepared', { containers: [aStandby('s1', pool, { state: 'requested' })] }, 1],
    ['do not count while they are removed', { containers: [aStandby('s1', pool, { state: 'removing' })] }, 2],
    ['of an old shape do not count', { containers: [aStandby('s1', { ...pool, image: 'old' })] }, 2],
    [
      'that this plan gives to agents are replaced',
      { containers: [aStandby('s1', pool), aStandby('s2', pool)], jobs: jobs(1) },
      1,
    ],
    ['are not prepared for a pool in trouble', { backoffs: [aBackoff('pool:linux')] }, 0],
    ['nor when Slipway leaves', { draining: true }, 0],
    ['nor without room', { machines: [aMachine({ state: 'unreachable' })] }, 0],
    ['nor without the image', { images: [] }, 0],
  ]
  test.each(cases)('%s', (_name, scene, expected) => {
    expect(count({ pools: [pool], ...scene }, 'prepare-standby')).toBe(expected)
  })

  test('are taken over by agents, on the machine where they are', () => {
    const machines = [aMachine(), aMachine({ key: 'm2' })]
    const containers = [aStandby('s1', pool, { machine: 'm2' })]
    const [first, second] = kinds({ pools: [pool], machines, containers, jobs: jobs(2) }, 'start-agent')
    expect(first).toMatchObject({ standby: 's1', machine: 'm2' })
    expect(second).not.toHaveProperty('standby')
  })

  test('are taken even where nothing else fits', () => {
    const containers = [
      aStandby('s1', pool),
      aContainer({ key: 'x', resources: { milliCpu: 6000, memory: 0, disk: 0 } }),
    ]
    expect(count({ pools: [pool], containers, jobs: jobs(1) }, 'start-agent')).toBe(1)
  })

  const untaken: [string, Partial<Container>, Scene][] = [
    ['while it is being prepared', { state: 'requested' }, {}],
    ['while it is removed', { state: 'removing' }, {}],
    [
      'on a machine that does not answer',
      {},
      { machines: [aMachine({ state: 'unreachable' }), aMachine({ key: 'm2' })] },
    ],
    [
      'on a cordoned machine',
      {},
      { machines: [aMachine({ cordon: { reason: 'x', by: 'rule', at: now } }), aMachine({ key: 'm2' })] },
    ],
    [
      'on a machine that is no longer isolated',
      {},
      { machines: [aMachine({ isolation: 'unverified' }), aMachine({ key: 'm2' })] },
    ],
    [
      'on a machine of another fleet',
      {},
      {
        machines: [aMachine({ fleet: 'other' }), aMachine({ key: 'm2' })],
        fleets: [aFleet(), aFleet({ name: 'other' })],
      },
    ],
    ['of another shape', { shape: 'other' }, {}],
  ]
  test.each(untaken)('are not taken over %s', (_name, patch, scene) => {
    const [start] = kinds(
      { pools: [pool], containers: [aStandby('s1', pool, patch)], jobs: jobs(1), ...scene },
      'start-agent',
    )
    expect(start).toBeDefined()
    expect(start).not.toHaveProperty('standby')
  })

  test('are not taken by a `fixed` job, which brings its own image and command', () => {
    const pools = [{ ...pool, serves: [{ source: 'ci' }] }]
    const pushed = jobs(1, { source: 'ci', scope: 'ci', request: aRequest() })
    const scopes = [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })]
    const [start] = kinds({ pools, scopes, containers: [aStandby('s1', pool)], jobs: pushed }, 'start-agent')
    expect(start).not.toHaveProperty('standby')
  })
})

describe('two pools of one shape', () => {
  const a = aPool({ name: 'a', labels: ['a'], warm: { agents: 0, standby: 2 } })
  const b = aPool({ name: 'b', labels: ['b'], warm: { agents: 0, standby: 1 } })
  const pools = [a, b]

  test('keep the sum of what both want: what is prepared is what is kept', () => {
    const prepared = kinds({ pools }, 'prepare-standby').map((action) => 'pool' in action && action.pool)
    expect(prepared).toEqual(['a', 'a', 'b'])
    const containers = [aStandby('s1', a), aStandby('s2', a), aStandby('s3', b)]
    const next = plan(aSnapshot({ pools, containers }), now)
    expect(next.actions).toEqual([])
  })

  test("may take each other's, and the one that lost it makes it up", () => {
    const containers = [aStandby('s1', a), aStandby('s2', a)]
    const wanting = {
      pools,
      containers,
      jobs: jobs(1, { requirement: { kind: 'all', labels: ['b'], matchCase: false } }),
    }
    expect(kinds(wanting, 'start-agent')).toMatchObject([{ pool: 'b', standby: 's2' }])
    expect(kinds(wanting, 'prepare-standby')).toMatchObject([{ pool: 'a' }, { pool: 'b' }])
  })

  test('take one container once', () => {
    const wanting = ['a', 'b'].flatMap((label) =>
      jobs(1, { externalId: label, requirement: { kind: 'all', labels: [label], matchCase: false } }),
    )
    const taken = kinds({ pools, containers: [aStandby('s1', a)], jobs: wanting }, 'start-agent')
    expect(taken.filter((action) => 'standby' in action).length).toBe(1)
  })
})

describe('standby gives way to demand', () => {
  const small = aPool({
    name: 'small',
    labels: ['small'],
    resources: { milliCpu: 2000, memory: gi, disk: 0 },
    warm: { agents: 0, standby: 4 },
  })
  const big = aPool({ name: 'big', labels: ['big'], resources: { milliCpu: 6000, memory: gi, disk: 0 } })
  const pools = [small, big]
  const standbys = ['s1', 's2', 's3', 's4'].map((key) => aStandby(key, small))
  const wanting = jobs(1, { requirement: { kind: 'all', labels: ['big'], matchCase: false } })

  test('as many go as make room, and no new ones are prepared meanwhile', () => {
    const scene = { pools, containers: standbys, jobs: wanting }
    expect(count(scene, 'remove-standby')).toBe(3)
    expect(kinds(scene, 'remove-standby')).toMatchObject([{ reason: 'pool big needs the room' }, {}, {}])
    expect(count(scene, 'prepare-standby')).toBe(0)
  })

  test('until those that go are gone, no more go and no new ones are prepared', () => {
    const going = standbys.map((standby, i) => (i < 3 ? { ...standby, state: 'removing' as const } : standby))
    const scene = { pools, containers: going, jobs: wanting }
    expect(count(scene, 'remove-standby')).toBe(0)
    expect(count(scene, 'prepare-standby')).toBe(0)
    expect(count({ ...scene, jobs: [] }, 'prepare-standby')).toBe(0)
    const fewer = { ...scene, containers: going.slice(0, 2) }
    expect(count(fewer, 'prepare-standby')).toBe(0)
    expect(count({ ...fewer, jobs: [] }, 'prepare-standby')).toBe(2)
  })

  test('none goes where all of them together would not make room', () => {
    const busy = aContainer({ key: 'x', resources: { milliCpu: 4000, memory: 0, disk: 0 } })
    const scene = { pools, containers: [...standbys.slice(2), busy], jobs: wanting }
    expect(count(scene, 'remove-standby')).toBe(0)
  })

  test('none goes for a job that waits for something else', () => {
    const limited = [small, { ...big, limits: { agents: 0, perScope: 9, perRepository: 9 } }]
    expect(count({ pools: limited, containers: standbys, jobs: wanting }, 'remove-standby')).toBe(0)
  })

  test('a `fixed` job is given the room that it asks for itself', () => {
    const scopes = [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })]
    const serving = [
      small,
      aPool({ name: 'ci', serves: [{ source: 'ci' }], resources: { milliCpu: 1000, memory: gi, disk: 0 } }),
    ]
    const asking = (milliCpu: number) =>
      jobs(1, { source: 'ci', scope: 'ci', request: aRequest({ resources: { milliCpu, memory: gi, disk: 0 } }) })
    const scene = (milliCpu: number) => ({ pools: serving, scopes, containers: standbys, jobs: asking(milliCpu) })
    expect(count(scene(6000), 'remove-standby')).toBe(3)
    const busy = aContainer({ key: 'x', resources: { milliCpu: 5000, memory: 0, disk: 0 } })
    expect(count({ ...scene(6000), containers: [...standbys.slice(3), busy] }, 'remove-standby')).toBe(0)
  })
})
