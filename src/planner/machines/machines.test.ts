import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anOffer } from '../../../test/fakes/cloud.ts'
import { aMadeMachine, cloudScene } from '../../../test/fakes/made.ts'
import { anElasticFleet, aPool, gi, someLimits } from '../../../test/fakes/ports.ts'
import { aBackoff, aContainer, aJob, anAgent, aSnapshot, asks, now } from '../../../test/fakes/records.ts'
import type { MachineState } from '../../domain/machine.ts'
import { costAfter } from '../../domain/money.ts'
import type { Action, Snapshot } from '../../domain/plan.ts'
import { plan } from '../plan.ts'

const gone = { reason: 'nothing has run on it', by: 'rule', at: now }
const price = (dollars: number) => ({ nanos: BigInt(Math.round(dollars * 1e9)), currency: 'USD' })

/** Any demand, machines in any state, offers with any trouble, and limits that bind or do not. */
const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    jobs: fc.array(fc.record({ label: fc.constantFrom('a', 'b'), repository: fc.constantFrom('acme/a', 'acme/b') }), {
      maxLength: 14,
    }),
    machines: fc.array(
      fc.record({
        state: fc.constantFrom<MachineState>(
          'requested',
          'creating',
          'booting',
          'ready',
          'ready',
          'ready',
          'unreachable',
          'stopping',
          'stopped',
          'starting',
          'deleting',
        ),
        fleet: fc.constantFrom('one', 'two', 'left'),
        isolation: fc.constantFrom('verified' as const, 'verified' as const, 'unknown' as const, 'unverified' as const),
        cordon: fc.constantFrom(undefined, undefined, gone, { ...gone, by: 'ann' }),
        template: fc.constantFrom('t1', 't1', 't0'),
        given: fc.constantFrom(false, false, false, true),
        age: fc.nat(700_000),
        agents: fc.nat(3),
        priced: fc.constantFrom(true, true, true, false),
      }),
      { maxLength: 7 },
    ),
    offers: fc.array(
      fc.record({
        cpus: fc.constantFrom(2, 4, 8, 16),
        price: fc.option(fc.constantFrom(0.1, 0.2, 0.7), { nil: undefined }),
        quota: fc.constantFrom(undefined, undefined, 0, 1),
        refused: fc.constantFrom(undefined, undefined, 'not here'),
      }),
      { maxLength: 3 },
    ),
    limits: fc.record({
      machines: fc.constantFrom(Infinity, 0, 2, 5),
      machinesPerHour: fc.constantFrom(Infinity, 0, 1, 3),
      agentsPerMachine: fc.constantFrom(1, 3, 100),
      moneyPerDay: fc.constantFrom(undefined, price(0.02), price(0.3)),
    }),
    elastic: fc.record({
      choose: fc.constantFrom('ordered' as const, 'cheapest' as const),
      warm: fc.record({ machines: fc.nat(2), stopped: fc.nat(2) }),
      billing: fc.constantFrom('second' as const, 'hour' as const),
      consolidate: fc.boolean(),
      driftBudget: fc.nat(2),
    }),
    begun: fc.array(fc.nat(7_200_000), { maxLength: 4 }),
    burst: fc.constantFrom(1, 2),
    trouble: fc.subarray(['fleet:one', 'offer:one/o0', 'offer:two/o1', 'image:m0/agent', 'machine:m1']),
    draining: fc.constantFrom(false, false, false, true),
  })
  .map((any) => {
    const machines = any.machines.map(({ template, given, age, agents: _agents, priced, ...patch }, i) => {
      const prices = [
        { from: now - age, nanosPerHour: priced ? '360000000' : undefined, currency: 'USD', what: 'running' as const },
      ]
      const made = { template, prices, acceptedAt: now - age, readyAt: patch.state === 'ready' ? now - age : undefined }
      const machine = aMadeMachine({ ...patch, key: `m${i}`, createdAt: now - age, emptySince: now - age }, made)
      return given ? { ...machine, made: undefined } : machine
    })
    const offers = any.offers.map(({ cpus, price: dollars, ...rest }, i) =>
      anOffer({
        ...rest,
        key: `o${i}`,
        size: { milliCpu: cpus * 1000, memory: cpus * 4 * gi, disk: 100 * gi },
        price: dollars === undefined ? undefined : price(dollars),
      }),
    )
    const fleet = { limits: any.limits, burst: { cpu: any.burst } }
    return aSnapshot({
      pools: [
        aPool({ name: 'a', labels: ['a'], fleets: ['one', 'two'], warm: { agents: 1, standby: 0 } }),
        aPool({
          name: 'b',
          labels: ['b'],
          fleets: ['two'],
          priority: 1,
          resources: { milliCpu: 3000, memory: gi, disk: 0 },
        }),
      ],
      fleets: ['one', 'two'].map((name) => anElasticFleet({ name, ...fleet }, any.elastic)),
      machines,
      jobs: any.jobs.map(({ label, repository }, i) =>
        aJob({ externalId: `j${i}`, repository, requirement: asks(label) }),
      ),
      agents: any.machines.flatMap(({ agents: count }, m) =>
        Array.from({ length: count }, (_, i) =>
          anAgent({ key: `a${m}-${i}`, machine: `m${m}`, pool: 'a', state: 'running', stateAt: now - 600_000 }),
        ),
      ),
      offers: new Map(['one', 'two'].map((name) => [name, offers])),
      begun: new Map([['one', any.begun.map((ago) => now - ago)]]),
      backoffs: any.trouble.map((target) => aBackoff(target)),
      draining: any.draining,
    })
  })

type Create = Action & { readonly kind: 'create-machine' }
const creates = (actions: readonly Action[], fleet: string): Create[] =>
  actions.filter((action): action is Create => action.kind === 'create-machine' && action.fleet === fleet)

function check(property: (snapshot: Snapshot) => void, numRuns = 400): void {
  fc.assert(fc.property(snapshots, property), { numRuns })
}

describe('with any machines, offers and limits, a plan', () => {
  test('is the same for the same snapshot', () => {
    check((snapshot) => {
      expect(plan(snapshot, now)).toEqual(plan(snapshot, now))
    })
  })

  test('never passes a limit of a fleet', () => {
    check((snapshot) => {
      const { actions } = plan(snapshot, now)
      for (const { name, limits, elastic } of snapshot.fleets) {
        const made = creates(actions, name)
        if (made.length === 0) continue
        const there = [...snapshot.machines].filter(({ fleet, made: making }) => fleet === name && making).length
        expect(there + made.length).toBeLessThanOrEqual(limits.machines)
        const lately = (snapshot.begun.get(name) ?? []).filter((at) => at > now - 3_600_000).length
        expect(lately + made.length).toBeLessThanOrEqual(limits.machinesPerHour)
        for (const { offer } of made) {
          expect(offer.refused).toBeUndefined()
          const same = made.filter((each) => each.offer.key === offer.key).length
          expect(same).toBeLessThanOrEqual(offer.quota ?? Infinity)
          expect(snapshot.backoffs.map(({ target }) => target)).not.toContain(`offer:${name}/${offer.key}`)
        }
        if (!limits.moneyPerDay) continue
        const least = elastic?.billing === 'hour' ? 3_600_000 : 360_000
        const costs = made.map(({ offer }) => costAfter(offer.price?.nanos ?? -1n, least))
        expect(costs.every((cost) => cost >= 0n)).toBe(true)
        expect(costs.reduce((sum, cost) => sum + cost, 0n)).toBeLessThanOrEqual(limits.moneyPerDay.nanos)
      }
    })
  })

  test('never asks for more machines than there are agents and warm machines without a place', () => {
    check((snapshot) => {
      const { actions } = plan(snapshot, now)
      const warm = snapshot.fleets.reduce(
        (sum, { elastic }) => sum + (elastic ? elastic.warm.machines + elastic.warm.stopped : 0),
        0,
      )
      const asked = actions.filter(({ kind }) => kind === 'create-machine' || kind === 'start-machine').length
      expect(asked).toBeLessThanOrEqual(snapshot.jobs.size + warm + 1)
    })
  })

  test('gives every job an agent, a machine that comes, or a reason', () => {
    check((snapshot) => {
      const { actions, waits } = plan(snapshot, now)
      expect(waits.reduce((sum, { count }) => sum + count, 0)).toBe(snapshot.jobs.size)
      for (const { reason, next } of waits) expect(reason.length * next.length).toBeGreaterThan(0)
      const coming = waits.some(({ code }) => code === 'machine-coming')
      const backed =
        actions.some(({ kind }) => kind === 'create-machine' || kind === 'start-machine') ||
        [...snapshot.machines].some(({ state }) =>
          ['requested', 'creating', 'booting', 'starting', 'ready'].includes(state),
        )
      expect(coming && !backed).toBe(false)
    })
  })

  test('asks for machines for all demand where nothing stands against it', () => {
    check((snapshot) => {
      const fleets = snapshot.fleets.map((fleet) => ({ ...fleet, limits: someLimits() }))
      const offers = new Map(fleets.map(({ name }) => [name, [anOffer()]]))
      const machines = [...snapshot.machines].map((machine) => ({ ...machine, isolation: 'verified' as const }))
      const open = { ...snapshot, fleets, offers, machines, backoffs: [], draining: false }
      const codes = new Set(plan(open, now).waits.map(({ code }) => code))
      for (const code of codes) expect(['starting', 'machine-coming', 'room-soon', 'pulling-image']).toContain(code)
    })
  })

  test('deletes only what is empty and was to go, and puts nothing where it takes something away', () => {
    check((snapshot) => {
      const { actions } = plan(snapshot, now)
      const machines = new Map([...snapshot.machines].map((machine) => [machine.key, machine]))
      const used = new Set([...snapshot.containers, ...snapshot.agents].map(({ machine }) => machine))
      const filled = new Set(
        actions.flatMap((action) =>
          action.kind === 'start-agent' || action.kind === 'prepare-standby' ? [action.machine] : [],
        ),
      )
      const touched = actions.flatMap((action) =>
        action.kind.endsWith('-machine') && 'machine' in action ? [action.machine] : [],
      )
      expect(new Set(touched).size).toBe(touched.length)
      const about = (action: Action) => machines.get('machine' in action ? action.machine : '')
      for (const action of actions.filter((each) => each.kind.endsWith('-machine') && 'machine' in each))
        expect(about(action)?.made).toBeDefined()
      for (const action of actions.filter((each) => each.kind === 'delete-machine')) {
        const machine = about(action)
        const mayGo = machine?.cordon?.by === 'rule' && !used.has(action.machine)
        const neverCame =
          action.failed && ['requested', 'creating', 'booting', 'starting'].includes(machine?.state ?? '')
        expect(mayGo || neverCame).toBe(true)
        expect(filled.has(action.machine)).toBe(false)
      }
      for (const action of actions.filter((each) => each.kind === 'stop-machine'))
        expect(used.has(action.machine) || filled.has(action.machine)).toBe(false)
    })
  })

  test('never lends memory, nor more CPU than the fleet allows', () => {
    check((snapshot) => {
      const { actions } = plan(snapshot, now)
      for (const machine of snapshot.machines) {
        const starts = actions.filter((action) => action.kind === 'start-agent' && action.machine === machine.key)
        if (starts.length === 0) continue
        const sizes = [
          ...[...snapshot.containers].filter((each) => each.machine === machine.key).map(({ resources }) => resources),
          ...starts.flatMap((start) =>
            snapshot.pools
              .filter((pool) => 'pool' in start && pool.name === start.pool)
              .map(({ resources }) => resources),
          ),
        ]
        const burst = snapshot.fleets.find(({ name }) => name === machine.fleet)?.burst.cpu ?? 1
        const sum = (of: 'milliCpu' | 'memory') => sizes.reduce((total, size) => total + size[of], 0)
        expect(sum('memory')).toBeLessThanOrEqual(machine.allocatable.memory)
        expect(sum('milliCpu')).toBeLessThanOrEqual(machine.allocatable.milliCpu * burst)
      }
    })
  })
})

test('a pool without any elastic fleet is decided upon as before', () => {
  const scene = cloudScene({ fleets: [{ ...anElasticFleet(), elastic: undefined }], jobs: [aJob()] })
  expect(plan(aSnapshot(scene), now)).toMatchObject({
    actions: [],
    waits: [{ code: 'no-machine', reason: 'fleets cloud have no machine' }],
  })
})

test('standby containers of another pool give way at once, though a machine is asked for too', () => {
  const pools = [
    aPool({ fleets: ['cloud'] }),
    aPool({ name: 'other', image: 'other', labels: ['o'], fleets: ['cloud'], warm: { agents: 0, standby: 4 } }),
  ]
  const other = pools[1]
  const containers = Array.from({ length: 4 }, (_, i) => aContainer({ key: `s${i}`, agent: false }, other))
  const { actions } = plan(
    aSnapshot(cloudScene({ pools, containers, machines: [aMadeMachine()], jobs: [aJob()] })),
    now,
  )
  expect(actions.map(({ kind }) => kind)).toEqual(['remove-standby', 'create-machine'])
})
