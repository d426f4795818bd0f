import type { Compare } from '../../../domain/costs/compare.ts'
import type { Comparison, ComparedCost } from '../../../domain/costs/report.ts'
import type { Fleet } from '../../../domain/fleet.ts'
import type { RunRow } from '../../../domain/costs/ledger.ts'
import type { Offer } from '../../../domain/offer.ts'
import type { Pool } from '../../../domain/pool.ts'

/** What is known of the installation as it is now. */
export interface Installation {
  readonly pools: readonly Pool[]
  readonly fleets: readonly Fleet[]
  /** By fleet, as last read. */
  readonly offers: ReadonlyMap<string, readonly Offer[]>
  /** From accepted to ready, by fleet. */
  readonly bootMs: ReadonlyMap<string, number>
  /** Fleets with hosts given by hand without a price: what their jobs cost is not known, so it is compared with nothing. */
  readonly costless: ReadonlySet<string>
  readonly compare: Compare
}

/** Says what jobs would have cost otherwise; in the end, how it found that and what it did not know. */
export interface Comparer {
  /** Jobs of one pool and fleet, whose agents were given the same. */
  cost(runs: RunRow): ComparedCost
  summary(): Comparison
}

/** What runs are grouped by for comparisons. */
export const comparedColumns = ['pool', 'fleet', 'milliCpu', 'memory'] as const

/** Why jobs on hosts given by hand are left out: nobody knows what they cost, or what one more host would. */
export function givenByHand(fleet: string): string {
  return `machines of fleet ${fleet} are given by hand`
}

/** What is missing, each once, with the number of jobs that it keeps out. */
export function createMissing() {
  const jobsOf = new Map<string, number>()
  return {
    add(what: string, jobs: number): void {
      jobsOf.set(what, (jobsOf.get(what) ?? 0) + jobs)
    },
    words: () => Array.from(jobsOf, ([what, jobs]) => `${what} (${jobs} ${jobs === 1 ? 'job' : 'jobs'})`),
  }
}
