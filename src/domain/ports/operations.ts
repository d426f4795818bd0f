import type { Agent, AgentLog } from '../agent.ts'
import type { BudgetView } from '../costs/budget.ts'
import type { JobCost } from '../costs/report.ts'
import type { Job, JobState } from '../jobs/job.ts'
import type { JournalEntry } from '../journal.ts'
import type { MachineView } from '../console/life.ts'
import type { Machine } from '../machine.ts'
import type { Backoff, ScopeStatus, WaitGroup } from '../plan.ts'
import type { Resources } from '../resources.ts'
import type { Pushed } from './source.ts'
import type { Role, Token } from '../token.ts'
import type { CostOperations } from './costs.ts'
import type { DoctorFinding } from './doctor.ts'
import type { ConsoleOperations } from './console.ts'

/** What an `http` source is asked to run. */
export interface JobSubmission {
  readonly source: string
  /** A requirement's labels, or a pool by name. Exactly one of them. */
  readonly labels?: readonly string[]
  readonly pool?: string
  readonly image: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly resources?: Partial<Resources>
  readonly timeoutMs?: number
  readonly repository: string
  readonly workflow?: string
  readonly name?: string
  /** The same key again returns the same job. */
  readonly idempotencyKey?: string
}

export interface JobPage {
  readonly jobs: readonly Job[]
  /** Pass as `after` for the next page. */
  readonly next?: string
}

export interface Explanation {
  readonly job: Job
  readonly agent?: Agent
  readonly pool?: string
  /** Sentences, in order: which pool and why, what holds it, what happens next and about when. */
  readonly words: readonly string[]
  readonly waits: readonly WaitGroup[]
  readonly history: readonly JournalEntry[]
  /** Which promises hold exactly and which as best effort (rule 2). */
  readonly binding: string
  /** Absent where nothing was charged to it. */
  readonly cost?: JobCost
  /** What became of the whole log of its agent, once that has ended; absent where no archive is configured. */
  readonly log?: AgentLog
}

export type { MachineView } from '../console/life.ts'

export interface PoolView {
  readonly name: string
  readonly queued: number
  readonly agents: Readonly<Record<string, number>>
  readonly standby: number
  readonly limit: number
  readonly broken?: string
}

export interface Status {
  readonly version: string
  readonly owner: string
  readonly startedAt: number
  readonly jobs: Readonly<Record<JobState, number>>
  readonly pools: readonly PoolView[]
  readonly machines: Readonly<Record<string, number>>
  readonly scopes: readonly ScopeStatus[]
  readonly backoffs: readonly Backoff[]
  readonly waits: readonly WaitGroup[]
  /** Our wall time of the oldest knowledge of any queue, by source. */
  readonly staleness: Readonly<Record<string, number>>
  /** Why the service does not do its work, as `health` tells: no plan is made, the store takes no writes. */
  readonly problems: readonly string[]
  readonly budgets: readonly BudgetView[]
}

/** What people and other systems may ask of the service. `by` says who asks, for the journal. */
export interface Operations extends ConsoleOperations, CostOperations {
  /** Stores what a source pushed. Resolves once it is durable. `duplicate`: seen before, nothing changed. */
  receive(source: string, pushed: Pushed): Promise<'stored' | 'duplicate'>
  /** BadInput when no `http` source, pool or bound allows it. `by` is the token's name unless given. */
  submit(
    submission: JobSubmission,
    token: Token,
    by?: string,
  ): Promise<{ readonly job: Job; readonly created: boolean }>
  /** Rejects with NotFound, or Refused when the source can't cancel. */
  cancel(job: string, by: string): Promise<Job>
  status(): Promise<Status>
  job(key: string): Promise<Job | undefined>
  jobs(query: {
    state?: JobState
    source?: string
    repository?: string
    search?: string
    after?: string
    limit: number
  }): Promise<JobPage>
  explain(key: string): Promise<Explanation | undefined>
  /** The last output of the job's agent. */
  tail(job: string): Promise<string | undefined>
  /** The whole log of the job's agent, from the archive. NotFound where none is kept; else fails as Archive does. */
  log(job: string): Promise<AsyncIterable<Uint8Array>>
  agents(): Promise<readonly Agent[]>
  machines(): Promise<readonly MachineView[]>
  journal(query: { subject?: string; kind?: string; since?: number; limit: number }): Promise<readonly JournalEntry[]>
  /** No new agents; what runs goes on. NotFound for an unknown machine. */
  drain(machine: string, reason: string, by: string): Promise<Machine>
  undrain(machine: string, by: string): Promise<Machine>
  /**
   * Has a machine that we made deleted once it is empty; `force`: now, with what runs on it (the journal says so).
   * Refused for a machine given by hand, NotFound for an unknown one.
   */
  deleteMachine(machine: string, options: { readonly force: boolean }, by: string): Promise<Machine>
  doctor(): Promise<readonly DoctorFinding[]>
  tokens(): Promise<readonly Token[]>
  /** The secret is shown this once. Conflict when the name is in use. */
  createToken(
    wanted: {
      name: string
      roles: readonly Role[]
      pools?: readonly string[]
      repositories?: readonly string[]
      images?: readonly string[]
      ttlMs?: number
    },
    by: string,
  ): Promise<{ readonly token: Token; readonly secret: string }>
  revokeToken(name: string, by: string): Promise<void>
  /** The token of a secret, if it is valid now. */
  authenticate(secret: string): Promise<Token | undefined>
  /** Loops run, the store takes writes: ready. Else why not. */
  health(): Promise<{ readonly ready: boolean; readonly problems: readonly string[] }>
}
