import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aFleet, someLimits, aPool, gi } from '../../../test/fakes/ports.ts'
import {
  aBackoff,
  aContainer,
  aMachine,
  aScope,
  aSnapshot,
  jobs,
  now,
  aRequest,
  type Scene,
} from '../../../test/fakes/records.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Action } from '../../domain/plan.ts'
import { addResources, fitsWithin, type Resources } from '../../domain/resources.ts'
import { plan } from '../plan.ts'

type Start = Action & { kind: 'start-agent' }

function starts(scene: Scene): Start[] {
  return plan(aSnapshot(scene), now).actions.filter((action) => action.kind === 'start-agent')
}

/** On which machines, and how many on each. */
function packed(scene: Scene): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { machine } of starts(scene)) counts[machine] = (counts[machine] ?? 0) + 1
  return counts
}

const size = (milliCpu: number, memory = 32 * gi): Partial<Machine> => ({
  size: { milliCpu, memory, disk: 100 * gi },
  allocatable: { milliCpu, memory, disk: 100 * gi },
})
const filler = (machine: string, milliCpu: number) =>
  aContainer({ key: `x${machine}`, machine, resources: { milliCpu, memory: gi, disk: 0 } })

describe('agents are packed', () => {
  const two = [aMachine(), aMachine({ key: 'm2' })]
  const cases: [string, Scene, Record<string, number>][] = [
    ['onto one machine until it is full', { machines: two, jobs: jobs(5) }, { m1: 4, m2: 1 }],
    ['onto the fullest first', { machines: two, containers: [filler('m2', 4000)], jobs: jobs(3) }, { m2: 2, m1: 1 }],
    [
      'the scarcest resource decides which is the fullest',
      {
        machines: two,
        containers: [
          filler('m1', 4000),
          aContainer({ key: 'y', machine: 'm2', resources: { milliCpu: 100, memory: 28 * gi, disk: 0 } }),
        ],
        jobs: jobs(1),
      },
      { m2: 1 },
    ],
    ['equal ones by name, so that plans repeat', { machines: two.toReversed(), jobs: jobs(1) }, { m1: 1 }],
    [
      'past one that has no room for them',
      { machines: two, containers: [filler('m1', 7000)], jobs: jobs(1) },
      { m2: 1 },
    ],
    [
      'never beyond the slots of the fleet',
      { machines: two, fleets: [aFleet({ limits: someLimits({ agentsPerMachine: 1 }) })], jobs: jobs(3) },
      { m1: 1, m2: 1 },
    ],
    [
      'standby containers fill slots too',
      {
        machines: two,
        fleets: [aFleet({ limits: someLimits({ agentsPerMachine: 1 }) })],
        containers: [filler('m1', 100)],
        jobs: jobs(3),
      },
      { m2: 1 },
    ],
    [
      'onto what is left of the size after the reserve',
      {
        machines: [aMachine({ ...size(8000), allocatable: { milliCpu: 5000, memory: 32 * gi, disk: gi * 9 } })],
        jobs: jobs(4),
      },
      { m1: 2 },
    ],
  ]
  test.each(cases)('%s', (_name, scene, expected) => {
    expect(packed(scene)).toEqual(expected)
  })

  test('onto the fleets in the order of the pool, even if a later one is fuller', () => {
    const machines = [aMachine({ key: 'near', fleet: 'near' }), aMachine({ key: 'far', fleet: 'far' })]
    const fleets = [aFleet({ name: 'near' }), aFleet({ name: 'far' })]
    const scene = { machines, fleets, containers: [filler('far', 4000)], jobs: jobs(5) }
    expect(packed({ ...scene, pools: [aPool({ fleets: ['near', 'far'] })] })).toEqual({ near: 4, far: 1 })
    expect(packed({ ...scene, pools: [aPool({ fleets: ['near'] })] })).toEqual({ near: 4 })
  })
})

describe('a machine takes nothing', () => {
  const closed: [string, Scene, string][] = [
    ['while it boots', { machines: [aMachine({ state: 'booting' })] }, 'm1 is booting'],
    [
      'while it is unreachable',
      { machines: [aMachine({ state: 'unreachable', detail: 'EOF' })] },
      'm1 is unreachable (EOF)',
    ],
    [
      'while it is cordoned',
      { machines: [aMachine({ cordon: { reason: 'disk swap', by: 'ann', at: now } })] },
      'm1 is cordoned (disk swap)',
    ],
    ['while it rests after errors', { backoffs: [aBackoff('machine:m1')] }, 'm1 is resting after errors'],
    ['when there is none', { machines: [] }, 'fleets local have no machine'],
    [
      'while nobody has verified its isolation',
      { machines: [aMachine({ isolation: 'unverified', isolationDetail: 'reached 169.254.169.254' })] },
      'isolation is not verified on m1 (reached 169.254.169.254)',
    ],
    [
      'while the image is fetched',
      { images: [], pulls: new Map([['m1/agent', '40 %']]) },
      'image agent is being fetched onto m1 (40 %)',
    ],
    [
      'while the image is not to be had',
      { images: [], backoffs: [aBackoff('image:m1/agent')] },
      "image agent can't be had on m1: bad gateway",
    ],
    [
      'that is too small',
      { machines: [aMachine(size(1000))] },
      'it wants 2 CPU and 4Gi, more than any machine of local can give (m1: 1 CPU and 32Gi)',
    ],
    ['that is full', { containers: [filler('m1', 7000)] }, 'every machine is too full (free on m1: 1 CPU and 31Gi)'],
    [
      'that has no slot left',
      { fleets: [aFleet({ limits: someLimits({ agentsPerMachine: 1 }) })], containers: [filler('m1', 100)] },
      'free on m1: no agent slot',
    ],
  ]
  test.each(closed)('%s, and the wait says so', (_name, scene, reason) => {
    const made = plan(aSnapshot({ jobs: jobs(2), ...scene }), now)
    expect(made.actions.filter((action) => action.kind === 'start-agent')).toEqual([])
    expect(made.waits).toMatchObject([{ count: 2, reason: expect.stringContaining(reason) }])
  })

  test('nobody has verified, unless the pool accepts that', () => {
    const pool = aPool()
    const pools = [{ ...pool, isolation: { ...pool.isolation, acceptUnverified: true } }]
    expect(starts({ pools, machines: [aMachine({ isolation: 'unknown' })], jobs: jobs(1) }).length).toBe(1)
  })
})

test('a pushed job takes the room that it asks for, not that of its pool', () => {
  const scopes = [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })]
  const pools = [aPool({ serves: [{ source: 'ci' }] })]
  const request = aRequest({ resources: { milliCpu: 5000, memory: gi, disk: 0 } })
  const pushed = jobs(3, { source: 'ci', scope: 'ci', request })
  expect(packed({ scopes, pools, machines: [aMachine(), aMachine({ key: 'm2' })], jobs: pushed })).toEqual({
    m1: 1,
    m2: 1,
  })
})

describe('with any machines, containers and pools', () => {
  const amount = fc.record({
    milliCpu: fc.nat(9000),
    memory: fc.nat(40).map((n) => n * gi),
    disk: fc.nat(20).map((n) => n * gi),
  })
  const scene: fc.Arbitrary<Scene> = fc
    .record({
      machines: fc.array(amount, { minLength: 1, maxLength: 4 }),
      used: fc.array(fc.record({ on: fc.nat(3), share: fc.integer({ min: 1, max: 4 }) }), { maxLength: 5 }),
      pools: fc.array(fc.record({ wants: amount, standby: fc.nat(2), warm: fc.nat(2), jobs: fc.nat(6) }), {
        minLength: 1,
        maxLength: 3,
      }),
      slots: fc.integer({ min: 1, max: 6 }),
    })
    .map(({ machines, used, pools, slots }) => ({
      machines: machines.map((allocatable, i) => aMachine({ key: `m${i}`, size: allocatable, allocatable })),
      // What is there already fits: an eighth of the machine or less.
      containers: used.map(({ on, share }, i) => {
        const at = on % machines.length
        const whole = machines[at] ?? { milliCpu: 0, memory: 0, disk: 0 }
        const part = (of: number) => Math.floor((of * share) / 32)
        const resources = { milliCpu: part(whole.milliCpu), memory: part(whole.memory), disk: part(whole.disk) }
        return aContainer({ key: `c${i}`, machine: `m${at}`, resources })
      }),
      pools: pools.map(({ wants, standby, warm }, i) =>
        aPool({ name: `p${i}`, labels: [`l${i}`], resources: wants, warm: { agents: warm, standby } }),
      ),
      jobs: pools.flatMap((pool, i) =>
        jobs(pool.jobs, { externalId: `p${i}j`, requirement: { kind: 'all', labels: [`l${i}`], matchCase: false } }),
      ),
      fleets: [aFleet({ limits: someLimits({ agentsPerMachine: slots }) })],
    }))

  test('nothing is put where it does not fit', () => {
    fc.assert(
      fc.property(scene, (any) => {
        const snapshot = aSnapshot(any)
        const { actions } = plan(snapshot, now)
        const poolSize = (name: string): Resources =>
          snapshot.pools.find((pool) => pool.name === name)?.resources ?? never()
        for (const machine of snapshot.machines) {
          const there = [...snapshot.containers].filter((container) => container.machine === machine.key)
          const added = actions.flatMap((action) =>
            (action.kind === 'start-agent' || action.kind === 'prepare-standby') && action.machine === machine.key
              ? [poolSize(action.pool)]
              : [],
          )
          if (added.length === 0) continue
          const sum = [...there.map((container) => container.resources), ...added].reduce(addResources)
          expect(fitsWithin(sum, machine.allocatable)).toBe(true)
          expect(there.length + added.length).toBeLessThanOrEqual(snapshot.fleets[0]?.limits.agentsPerMachine ?? 0)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('every job has an agent or a stated reason', () => {
    fc.assert(
      fc.property(scene, (any) => {
        const { waits } = plan(aSnapshot(any), now)
        expect(waits.reduce((sum, wait) => sum + wait.count, 0)).toBe(any.jobs?.length)
        for (const wait of waits) expect(wait.reason.length * wait.next.length).toBeGreaterThan(0)
      }),
    )
  })
})

function never(): never {
  throw new Error('a pool that is not there')
}
