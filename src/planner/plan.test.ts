import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aFleet, aPool } from '../../test/fakes/ports.ts'
import { aBackoff, aJob, aMachine, anAgent, aScope, aSnapshot, aStandby, now } from '../../test/fakes/records.ts'
import type { AgentState } from '../domain/agent.ts'
import type { JobState } from '../domain/jobs/job.ts'
import type { Snapshot } from '../domain/plan.ts'
import { plan } from './plan.ts'

const pools = [
  aPool({
    name: 'a',
    labels: ['a'],
    warm: { agents: 1, standby: 1 },
    limits: { agents: 5, perScope: 4, perRepository: 2 },
  }),
  aPool({ name: 'b', labels: ['b'], warm: { agents: 0, standby: 2 }, priority: 1, image: 'b' }),
]

const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    jobs: fc.array(
      fc.record({
        label: fc.constantFrom('a', 'b', 'c'),
        state: fc.constantFrom<JobState>('waiting', 'queued', 'queued', 'running'),
        repository: fc.constantFrom('acme/a', 'acme/b', 'evil/x'),
        origin: fc.constantFrom('trusted' as const, 'fork' as const, 'unknown' as const),
        ambiguous: fc.boolean(),
        age: fc.nat(100_000),
      }),
      { maxLength: 12 },
    ),
    agents: fc.array(
      fc.record({
        pool: fc.constantFrom('a', 'b', 'gone'),
        state: fc.constantFrom<AgentState>(
          'requested',
          'activating',
          'idle',
          'running',
          'dismissing',
          'draining',
          'ending',
        ),
        machine: fc.constantFrom('m1', 'm2', 'm3'),
        age: fc.nat(200_000),
      }),
      { maxLength: 8 },
    ),
    standbys: fc.array(fc.record({ pool: fc.nat(1), machine: fc.constantFrom('m1', 'm2') }), { maxLength: 4 }),
    trouble: fc.subarray(['pool:a', 'machine:m1', 'scope:github/acme', 'image:m2/b']),
    cordoned: fc.boolean(),
    draining: fc.boolean(),
    missing: fc.boolean(),
  })
  .map((any) =>
    aSnapshot({
      pools,
      fleets: [aFleet()],
      machines: [
        aMachine({ ...(any.cordoned && { cordon: { reason: 'x', by: 'ann', at: now } }) }),
        aMachine({ key: 'm2' }),
      ],
      scopes: [aScope()],
      jobs: any.jobs.map(({ label, age, ...rest }, i) =>
        aJob({
          ...rest,
          externalId: `j${i}`,
          requirement: { kind: 'all', labels: [label], matchCase: false },
          queuedAt: now - age,
        }),
      ),
      agents: any.agents.map(({ age, ...rest }, i) => anAgent({ ...rest, key: `a${i}`, stateAt: now - age })),
      containers: any.standbys.map(({ pool, machine }, i) => aStandby(`s${i}`, pools[pool], { machine })),
      backoffs: any.trouble.map((target) => aBackoff(target)),
      draining: any.draining,
      ...(any.missing && { images: ['m1/agent'] }),
    }),
  )

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  const inside = value instanceof Map ? [...value.values()] : Object.values(value)
  for (const item of inside) deepFreeze(item)
  return value
}

describe('a plan', () => {
  test('is the same for the same snapshot and moment, which it leaves as they are', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const before = JSON.stringify([snapshot, [...snapshot.jobs.values()], [...snapshot.images]])
        const made = plan(deepFreeze(snapshot), now)
        expect(plan(snapshot, now)).toEqual(made)
        expect(JSON.stringify([snapshot, [...snapshot.jobs.values()], [...snapshot.images]])).toBe(before)
      }),
      { numRuns: 300 },
    )
  })

  test('never ends or dismisses an agent at work, and never takes one thing twice', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const { actions } = plan(snapshot, now)
        const touched = actions.flatMap((action) => {
          if (action.kind === 'dismiss-agent' || action.kind === 'end-agent') return [action.agent]
          if (action.kind === 'remove-standby') return [action.container]
          return action.kind === 'start-agent' && action.standby !== undefined ? [action.standby] : []
        })
        expect(new Set(touched).size).toBe(touched.length)
        for (const agent of snapshot.agents) expect(touched.includes(agent.key) && agent.state !== 'idle').toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('takes a standby container that is one too many only once, whoever wants its room', () => {
    const small = aMachine({ allocatable: { milliCpu: 2000, memory: 2 ** 40, disk: 2 ** 40 } })
    const job = aJob({ requirement: { kind: 'all', labels: ['a'], matchCase: false } })
    const fewer = pools.map((pool) => ({ ...pool, warm: { agents: 0, standby: 0 } }))
    const snapshot = aSnapshot({ pools: fewer, machines: [small], jobs: [job], containers: [aStandby('s1', pools[1])] })
    const { actions } = plan(snapshot, now)
    expect(actions.filter(({ kind }) => kind === 'remove-standby')).toHaveLength(1)
  })

  test('never passes a limit', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const { actions } = plan(snapshot, now)
        for (const pool of snapshot.pools) {
          const has = [...snapshot.agents].filter((agent) => agent.pool === pool.name).length
          const gets = actions.filter((action) => action.kind === 'start-agent' && action.pool === pool.name).length
          expect(gets === 0 || has + gets <= Math.min(pool.limits.agents, pool.limits.perScope)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('gives every job that has not begun an agent or a reason', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const unbegun = [...snapshot.jobs.values()].filter((job) => job.state !== 'running').length
        expect(plan(snapshot, now).waits.reduce((sum, wait) => sum + wait.count, 0)).toBe(unbegun)
      }),
      { numRuns: 300 },
    )
  })

  test('begins nothing while draining', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const { actions } = plan({ ...snapshot, draining: true }, now)
        expect(actions.filter((action) => action.kind === 'start-agent' || action.kind === 'prepare-standby')).toEqual(
          [],
        )
      }),
    )
  })

  test('of an empty world is empty', () => {
    expect(plan(aSnapshot({ pools: [], machines: [], scopes: [], fleets: [] }), now)).toEqual({
      actions: [],
      waits: [],
    })
  })
})
