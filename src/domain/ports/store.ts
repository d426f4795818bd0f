import type { Agent, Container, Registration } from '../agent.ts'
import type { Job, JobState } from '../jobs/job.ts'
import type { JournalEntry } from '../journal.ts'
import type { Charge, CostQuery, CostRow, JobRun, RunQuery, RunRow } from '../costs/ledger.ts'
import type { Machine } from '../machine.ts'
import type { WaitGroup } from '../plan.ts'
import type { Token } from '../token.ts'

/** Records that change, each with a `key`, a `version` and a `state`. */
export interface Records {
  job: Job
  agent: Agent
  registration: Registration
  container: Container
  machine: Machine
}
export type RecordTable = keyof Records

/**
 * One change of a batch. A put is compare-and-set: `expect` is the state and version that the writer saw, or null for
 * a new record; the record's own version must be one more (1 when new).
 */
export type Change =
  | { [T in RecordTable]: Put<T> }[RecordTable]
  /** Fails the batch with `Conflict` if the delivery is stored already. */
  | { readonly kind: 'delivery'; readonly source: string; readonly delivery: string; readonly at: number }
  | { readonly kind: 'journal'; readonly entry: JournalEntry }
  /** The last output of an agent. */
  | { readonly kind: 'tail'; readonly agent: string; readonly text: string; readonly at: number }
  /** Small things of one value: cursors, the owner's secrets. Null removes it. */
  | { readonly kind: 'setting'; readonly key: string; readonly value: string | null }
  /** The waiting reasons as of the newest plan, all of them. */
  | { readonly kind: 'waits'; readonly groups: readonly WaitGroup[] }
  | { readonly kind: 'token'; readonly token: Token }
  /** By job: a new one, or what is now known of it. */
  | { readonly kind: 'job-run'; readonly run: JobRun }
  /**
   * Adds to what is stored for the machine, day, currency, kind, job and pool, and moves the machine's meter. Fails the
   * batch with `Conflict` if the meter does not stand where the writer saw it, so that nothing is charged twice, or if
   * the run of a charge's job is not stored (before, or earlier in the batch).
   */
  | { readonly kind: 'charges'; readonly charges: readonly Charge[]; readonly meter: MeterMove }

export interface Put<T extends RecordTable> {
  readonly kind: 'put'
  readonly table: T
  readonly record: Records[T]
  readonly expect: { readonly version: number; readonly state: string } | null
}

/** Up to when a machine is charged (our wall time). */
export interface MeterMove {
  readonly machine: string
  /** As the writer saw it; null: it was not charged before. */
  readonly from: number | null
  /** Null: to its end, there is nothing more to come. */
  readonly until: number | null
}

export interface JobQuery {
  readonly state?: JobState
  readonly source?: string
  readonly repository?: string
  /** Words that must all occur in repository, workflow, name, key or run id; case is ignored. */
  readonly search?: string
  /** Returns jobs received before this one (its key), newest first. */
  readonly after?: string
  readonly limit: number
}

export interface JournalQuery {
  readonly subject?: string
  readonly kind?: string
  readonly since?: number
  readonly limit: number
}

/** What `prune` empties by age. Only what is over (done, gone, failed) is ever removed; of the ledger, whole days. */
export type Prunable = RecordTable | 'delivery' | 'journal' | 'tail' | 'ledger'

/**
 * The memory of the service. `commit` is all or nothing and durable when it resolves; batches that arrive together
 * share one flush. No transaction awaits anything but the store.
 */
export interface Store {
  /**
   * Rejects with Conflict (a compare-and-set failed, or a delivery is known: nothing of this batch was kept, others
   * are not affected) or StoreUnavailable (full disk, read-only file: nothing was kept, try later).
   */
  commit(changes: readonly Change[]): Promise<void>
  /** Every record that is not over. Called once, at start. */
  live<T extends RecordTable>(table: T): Promise<Records[T][]>
  /** Every record that came to its end at the moment or later. */
  ended<T extends RecordTable>(table: T, since: number): Promise<Records[T][]>
  get<T extends RecordTable>(table: T, key: string): Promise<Records[T] | undefined>
  /** Newest first. */
  jobs(query: JobQuery): Promise<Job[]>
  /** That are or were on the machine, newest first, as stored. */
  agentsOn(machine: string, limit: number): Promise<Agent[]>
  /** Newest first. */
  journal(query: JournalQuery): Promise<JournalEntry[]>
  /** Those of the deliveries that are stored. */
  known(source: string, deliveries: readonly string[]): Promise<Set<string>>
  tail(agent: string): Promise<string | undefined>
  setting(key: string): Promise<string | undefined>
  waits(): Promise<WaitGroup[]>
  tokens(): Promise<Token[]>
  /** Up to when each machine is charged, by machine; of those that are not charged to their end. */
  meters(): Promise<ReadonlyMap<string, number>>
  /** Runs of jobs that are not known to be done. */
  openRuns(): Promise<JobRun[]>
  /** Sums of charges, in no order. */
  costs(query: CostQuery): Promise<CostRow[]>
  /** Sums of jobs that are done, in no order. */
  runs(query: RunQuery): Promise<RunRow[]>
  /** Removes at most `limit` rows that were over before `before`; how many it removed. */
  prune(table: Prunable, before: number, limit: number): Promise<number>
  close(): Promise<void>
}
