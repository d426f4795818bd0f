import type { WasteKind } from './ledger.ts'

/** What costs can be told by. `job` is a job of a workflow by its name, over all its runs. */
export const costGroups = ['repository', 'workflow', 'job', 'pool', 'fleet', 'label', 'team', 'day'] as const
export type CostGroup = (typeof costGroups)[number]

export interface CostQuestion {
  readonly by: CostGroup
  /** Our wall times; whole days UTC are told, those of both ends included. */
  readonly since: number
  readonly until: number
  /** Only what this pool, or this repository, has used. */
  readonly pool?: string
  readonly repository?: string
}

/** An amount in nano-units, as decimal digits: reports are JSON. */
export interface Amount {
  readonly currency: string
  readonly nanos: string
}

/** What jobs and waste have cost in one currency; amounts of two are never added. */
export interface CostSum {
  readonly currency: string
  readonly jobs: string
  readonly waste: string
  /** `jobs` + `waste`, exactly: what the machines cost. */
  readonly total: string
  /** Mean of the jobs that were charged in this currency, rounded down; absent where none was. */
  readonly perJob?: string
  readonly wasteBy: Readonly<Partial<Record<WasteKind, string>>>
}

/** What the jobs of a line would have cost otherwise. */
export interface ComparedCost {
  readonly with: Alternative
  readonly amounts: readonly Amount[]
  /** Of the line's jobs, how many are in the amounts, and how many are not because something is not known. */
  readonly jobs: number
  readonly jobsMissing: number
}

export const alternatives = ['github-hosted', 'vm-per-job'] as const
export type Alternative = (typeof alternatives)[number]

export interface CostLine {
  /** A repository, `REPOSITORY / WORKFLOW`, `REPOSITORY / WORKFLOW / JOB`, a name, a day as `2026-01-31`; `none` where there is none. */
  readonly key: string
  /** That ran on agents of ours; on the day (UTC) of its end, also where it cost on earlier ones. */
  readonly jobs: number
  /** Of all these jobs together, in milliseconds: how long they ran, and waited before. */
  readonly runMs: number
  readonly waitMs: number
  /** By currency. */
  readonly costs: readonly CostSum[]
  /** Machine time in milliseconds: half a machine for an hour is 30 minutes. */
  readonly jobMs: number
  readonly wasteMs: number
  /** Of both, the time without a known price: the costs are at least what they say. */
  readonly unpricedMs: number
  readonly compared: readonly ComparedCost[]
}

/** How the amounts of `compared` were found. */
export interface Comparison {
  readonly with: Alternative
  readonly how: string
  /** The date of the price table: `2026-01-01`. */
  readonly asOf?: string
  /** It would have cost at least what is said: something is not known, or was left out. */
  readonly atLeast: boolean
  readonly missing: readonly string[]
}

/** How old the prices of a fleet's offers are. */
export interface PriceAge {
  readonly fleet: string
  /** Our wall time when the oldest of them was read; absent where all are from the configuration. */
  readonly readAt?: number
  /** Older than two days. */
  readonly stale: boolean
  /** Offers whose price nobody knows. */
  readonly missing: readonly string[]
}

export interface CostReport {
  readonly by: CostGroup
  /** Midnights UTC: where the first day begins and the last one ends. */
  readonly since: number
  readonly until: number
  readonly pool?: string
  readonly repository?: string
  /** The most costly first; days in their order. With `label` a job is in the line of each of its labels. */
  readonly rows: readonly CostLine[]
  /** All that was asked for, waste included: also where `rows` can't have it, for waste is of no job. */
  readonly total: CostLine
  readonly comparisons: readonly Comparison[]
  readonly prices: readonly PriceAge[]
  /** What one must know to read it, in words. */
  readonly notes: readonly string[]
}

/** What a job has cost; no amounts where its machine is not one that we made. */
export interface JobCost {
  readonly machine: string
  readonly amounts: readonly Amount[]
  /** Machine time in milliseconds, and how much of it has no known price. */
  readonly ms: number
  readonly unpricedMs: number
  /** Nothing more will come. */
  readonly complete: boolean
}

/** What a machine has cost, for jobs and as waste. */
export type MachineCost = Pick<CostLine, 'costs' | 'jobMs' | 'wasteMs' | 'unpricedMs'>
