import type { Money } from '../money.ts'
import type { Os } from '../pool.ts'

/** One kind of machine that a CI system rents out by the minute. */
export interface HostedRunner {
  readonly os: Os
  readonly milliCpu: number
  readonly memory: number
  /** For a minute begun. */
  readonly price: Money
}

/** What reports compare with. */
export interface Compare {
  readonly githubHosted: {
    /** Since when the prices are in force: `2026-01-01`. */
    readonly asOf: string
    readonly perMinute: readonly HostedRunner[]
  }
  /** What a machine takes beside its job; absent: as measured. */
  readonly vmPerJob: { readonly bootMs?: number; readonly deleteMs?: number }
}
