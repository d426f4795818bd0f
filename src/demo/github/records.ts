/** What the stand-in remembers. Ids are GitHub-like integers, times are wall milliseconds unless they say monotonic. */
export interface Account {
  readonly id: number
  readonly login: string
  readonly type: 'Organization' | 'User'
}

export interface Repository {
  readonly id: number
  readonly name: string
  readonly fullName: string
  readonly owner: Account
  readonly private: boolean
  readonly fork: boolean
}

export interface RunnerGroup {
  readonly id: number
  readonly name: string
  readonly default: boolean
  visibility: 'all' | 'private' | 'selected'
  repositories: readonly string[]
  allowsPublic: boolean
}

export interface Installation {
  readonly id: number
  readonly account: Account
  readonly repositories: Repository[]
  readonly groups: readonly RunnerGroup[]
  readonly selection: 'all' | 'selected'
  readonly createdAt: number
  permissions: Readonly<Record<string, string>>
}

/** Where a runner is registered: an organization's group, or one repository. */
export type RunnerScope =
  | { readonly kind: 'organization'; readonly installation: Installation; readonly group: RunnerGroup }
  | { readonly kind: 'repository'; readonly installation: Installation; readonly repository: Repository }

/** offline → online when its agent connects → busy when assigned → removed after its job, or when deleted. */
export interface Runner {
  readonly id: number
  readonly name: string
  readonly scope: RunnerScope
  readonly labels: readonly string[]
  readonly secret: string
  readonly createdAt: number
  online: boolean
  removed: boolean
  job?: Job
  /** What the `busy` flag says, which may lag behind `job`. */
  showsBusy: boolean
}

export type JobStatus = 'waiting' | 'queued' | 'in_progress' | 'completed'
export type JobConclusion = 'success' | 'failure' | 'cancelled'

/** One thing that happened to a job, for tests to count. `at` is monotonic. */
export interface JobEvent {
  readonly runner: string
  readonly at: number
}

export interface JobCompletion {
  readonly runner?: string
  readonly at: number
  readonly conclusion: JobConclusion
  readonly exitCode?: number
  /** Its runner vanished in mid-job. */
  readonly lost: boolean
}

export interface Job {
  readonly id: number
  readonly run: Run
  readonly attempt: number
  readonly name: string
  readonly labels: readonly string[]
  readonly script: string
  /** False: Slipway is told nothing of it, ever. */
  readonly notify: boolean
  readonly createdAt: number
  status: JobStatus
  conclusion?: JobConclusion
  startedAt?: number
  completedAt?: number
  /** The runner that has it now, or had it last. */
  runner?: Runner
  cancelling: boolean
  readonly assignments: JobEvent[]
  /** Agents that were allowed to begin; more than one would be a job run twice. */
  readonly starts: JobEvent[]
  readonly completions: JobCompletion[]
}

export interface Run {
  readonly id: number
  readonly number: number
  readonly repository: Repository
  readonly workflow: string
  readonly event: string
  readonly head: { readonly repository: Repository; readonly branch: string; readonly sha: string }
  readonly createdAt: number
  readonly jobs: Job[]
  attempt: number
}
