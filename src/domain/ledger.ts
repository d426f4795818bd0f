import type { Conclusion } from './jobs/job.ts'
import type { Nanos } from './money.ts'

/** What a machine costs while nobody's job uses it, by why: docs/cost.md has a sentence for each. */
export const wasteKinds = [
  'boot',
  'idle',
  'warm',
  'start',
  'stopped',
  'drain',
  'delete',
  'failed',
  'evicted',
] as const
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

/** A job that an agent of ours ran, kept for reports after the job itself is pruned. One row a job. */
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
  /** Our wall times. */
  readonly queuedAt: number
  readonly startedAt: number
  readonly doneAt: number
  readonly conclusion?: Conclusion
}
