import type { Machine } from '../../src/domain/machine.ts'
import type { Action } from '../../src/domain/plan.ts'
import { intend } from '../../src/reconciler/intents.ts'
import { anElasticFleet, aPool } from './ports.ts'
import { openBench, type Bench, type BenchOptions } from './service.ts'
import { anOffer } from './cloud.ts'

/** Long enough that no rule of the plan ends a machine by itself. */
const never = 1_000_000_000_000

/** A bench with one fleet of the fake cloud, of which nothing is wanted until a test says so. */
export function openCloudBench(options: BenchOptions = {}): Promise<Bench> {
  const elastic = { idleTimeoutMs: never, maxAgeMs: never, bootTimeoutMs: never }
  const fleets = [anElasticFleet({}, elastic)]
  return openBench({ machines: [], fleets, pools: [aPool({ fleets: ['cloud'] })], ...options })
}

/** Stores the intents of an action, as the loop does with those of its plan. */
export async function act(bench: Bench, action: Action): Promise<void> {
  const stored = bench.context.state.commit(intend(bench.context, action))
  // If the service dies over it, nobody hears of it.
  await Promise.race([stored, bench.clock.settle()])
}

/** Wants a machine; its name. */
export async function want(bench: Bench, offer = anOffer()): Promise<string> {
  const before = new Set(bench.context.state.machines.keys())
  await act(bench, { kind: 'create-machine', fleet: 'cloud', offer, reason: 'a job waits' })
  return [...bench.context.state.machines.keys()].find((key) => !before.has(key)) ?? ''
}

export async function wantReady(bench: Bench, offer = anOffer()): Promise<string> {
  const key = await want(bench, offer)
  await bench.run(60_000)
  return key
}

export async function machineOf(bench: Bench, key: string): Promise<Machine | undefined> {
  return bench.store.get('machine', key)
}

/** From now on the fleet keeps so many stopped machines. */
export function keepStopped(bench: Bench, stopped: number): void {
  bench.fleets = bench.fleets.map((fleet) => ({
    ...fleet,
    ...(fleet.elastic && { elastic: { ...fleet.elastic, warm: { machines: 0, stopped } } }),
  }))
}

/** What the journal says of a machine, oldest first. */
export async function storyOf(bench: Bench, key: string): Promise<string[]> {
  const entries = await bench.store.journal({ subject: `machine:${key}`, limit: 100 })
  return entries.map(({ kind, outcome }) => `${kind} ${outcome}`).toReversed()
}
