import type { Conclusion } from '../jobs/job.ts'
import type { Nanos } from '../money.ts'

/** What a machine costs while nobody's job uses it, by why: docs/cost.md has a sentence for each. */
export const wasteKinds = ['boot', 'idle', 'warm', 'start', 'stopped', 'drain', 'delete', 'failed', 'evicted'] as const
export type WasteKind = (typeof wasteKinds)[number]

/**
 * What one holder used of one machine on one day (UTC). The charges of a machine and day sum to what the machine cost
 * on that day, exactly: in money and in time.
 */
export interface Charge {
  readonly machine: string
  readonly fleet: string
  /** Midnight UTC, our wall time. */
  readonly day: number
  readonly currency: string
  readonly kind: 'job' | WasteKind
  /** Key of the job; with kind `job` only. */
  readonly job?: string
  /** Whose container it was; absent for what no container held. */
  readonly pool?: string
  /** Of the time with a known price. */
  readonly nanos: Nanos
  /** Machine time, in milliseconds: of a quarter of a machine for an hour, 900,000. */
  readonly ms: number
  /** Of it, the time without a known price. */
  readonly unpricedMs: number
}

/** A job that an agent of ours runs or ran, kept for reports after the job itself is pruned. One row a job. */
export interface JobRun {
  readonly job: string
  readonly source: string
  readonly scope: string
  readonly repository: string
  readonly workflow: string
  readonly name: string
  readonly pool: string
  readonly fleet: string
  readonly machine: string
  /** What the job asked for, sorted; of an expression, its text. */
  readonly labels: readonly string[]
  /** What its agent was given. */
  readonly milliCpu: number
  readonly memory: number
  /** Our wall times; `doneAt` is absent while it runs. */
  readonly queuedAt: number
  readonly startedAt: number
  readonly doneAt?: number
  readonly conclusion?: Conclusion
}

/** What reports may be grouped by. `labels` is the sorted list, joined by `,`; waste has no job, so none of its columns. */
export type CostColumn =
  | 'day'
  | 'fleet'
  | 'pool'
  | 'machine'
  | 'kind'
  | 'source'
  | 'repository'
  | 'workflow'
  | 'name'
  | 'labels'
  | 'job'
  | 'currency'

/** Jobs as they ran: by what they were given, too. */
export type RunColumn = Exclude<CostColumn, 'kind' | 'currency'> | 'milliCpu' | 'memory'

export interface LedgerQuery<Column> {
  readonly by: readonly Column[]
  /** Whole days (UTC) of our wall time: from the one that `since` is in to the one before `until`. */
  readonly since: number
  readonly until: number
  readonly machine?: string
  readonly job?: string
  readonly repository?: string
  readonly pool?: string
  readonly fleet?: string
}
export interface CostQuery extends LedgerQuery<CostColumn> {
  readonly kind?: Charge['kind']
}
export type RunQuery = LedgerQuery<RunColumn>

/** A sum of charges. Amounts of two currencies are never added: group by `currency` unless there is one. */
export interface CostRow {
  /** A column that does not apply is absent. `day` is its midnight. */
  readonly keys: Readonly<Partial<Record<CostColumn, string | number>>>
  readonly nanos: Nanos
  readonly ms: number
  readonly unpricedMs: number
  /** Each job once: in the row of its first charge. */
  readonly jobs: number
}

/** A sum of jobs that are done, on the day of their end. */
export interface RunRow {
  readonly keys: Readonly<Partial<Record<RunColumn, string | number>>>
  readonly jobs: number
  readonly runMs: number
  /** The run time of each job rounded up to whole minutes. */
  readonly minutes: number
  /** From queued to started. */
  readonly waitMs: number
}
