import type { CostQuery, RunQuery } from '../../domain/costs/ledger.ts'
import type { JobQuery, JournalQuery, Prunable, RecordTable } from '../../domain/ports/store.ts'

/** What the main thread and the worker say to one another. */
export type SqlValue = string | number | bigint | null

type Guarded = `insert ${RecordTable}` | `update ${RecordTable}` | 'insert delivery' | LedgerWrite
type LedgerWrite = 'put run' | 'add job charge' | 'add waste charge' | 'insert meter' | 'move meter' | 'drop meter'
type Free = 'insert journal' | 'put tail' | 'put setting' | 'drop setting' | 'put waits' | 'put token' | 'add work'
/** The prepared statements by name. A guarded one must change a row, else its batch conflicts. */
export type WriteName = Guarded | Free

/** One change, made ready by the main thread: a statement and its parameters in order. */
export type Write = readonly [WriteName, readonly SqlValue[]]
export type Batch = readonly Write[]

/** Of one batch: kept, or the index of the change that conflicts, or why nothing of it was kept. */
export type Outcome = 'kept' | number | Failure

/** An error on its way to the main thread. */
export interface Failure {
  readonly error: 'StoreUnavailable' | 'StoreUnusable'
  readonly message: string
}

/** The columns that a report is grouped by, then its four sums. */
export type SummedRow = readonly (string | bigint | null)[]

/** Columns of a job that is not done. */
export interface OpenRun {
  readonly job: string
  readonly source: string
  readonly scope: string
  readonly repository: string
  readonly workflow: string
  readonly name: string
  readonly labels: string
  readonly pool: string
  readonly fleet: string
  readonly machine: string
  readonly milliCpu: number
  readonly memory: number
  readonly queuedAt: number
  readonly startedAt: number
}

/** All that the worker can be asked. Records travel as JSON text. */
export interface Calls {
  commit(batches: readonly Batch[]): Outcome[]
  live(table: RecordTable): string[]
  ended(table: RecordTable, since: number): string[]
  get(table: RecordTable, key: string): string | undefined
  jobs(query: JobQuery): string[]
  agentsOn(machine: string, limit: number): string[]
  journal(query: JournalQuery): string[]
  known(source: string, deliveries: readonly string[]): string[]
  tail(agent: string): string | undefined
  setting(key: string): string | undefined
  waits(): string | undefined
  tokens(): string[]
  meters(): [string, number][]
  /** Each as a row of `run` with its work. */
  openRuns(): OpenRun[]
  /** The first and the last day that there is anything to report of. */
  ledgerDays(): [number, number] | undefined
  costs(query: CostQuery): SummedRow[]
  runs(query: RunQuery): SummedRow[]
  prune(table: Prunable, before: number, limit: number): number
  close(): void
}

export interface Request<K extends keyof Calls = keyof Calls> {
  readonly id: number
  readonly call: K
  readonly args: Parameters<Calls[K]>
}

/** `id` 0 answers the opening itself. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }

export interface WorkerInput {
  readonly path: string
}
