/*
 * What the command line reads of the API's answers (/api/openapi.json has all of it). Times are milliseconds since
 * the epoch by the clock of the service. A test keeps these in step with the service's own types.
 */

export interface Resources {
  readonly milliCpu: number
  readonly memory: number
  readonly disk: number
}

export type Requirement =
  | { readonly kind: 'all'; readonly labels: readonly string[] }
  | { readonly kind: 'expression'; readonly expression: LabelExpression }
  | { readonly kind: 'pool'; readonly pool: string }

export type LabelExpression =
  | { readonly op: 'label'; readonly label: string }
  | { readonly op: 'not'; readonly of: LabelExpression }
  | { readonly op: 'and' | 'or' | 'implies' | 'iff'; readonly left: LabelExpression; readonly right: LabelExpression }

export type JobState = 'waiting' | 'queued' | 'running' | 'done'
export const JOB_STATES: readonly JobState[] = ['waiting', 'queued', 'running', 'done']

export interface Job {
  readonly key: string
  readonly state: JobState
  readonly source: string
  readonly scope: string
  readonly externalId: string
  readonly attempt: number
  readonly requirement: Requirement
  readonly repository: string
  readonly workflow: string
  readonly name: string
  readonly url?: string
  readonly receivedAt: number
  readonly queuedAt?: number
  readonly startedAt?: number
  readonly doneAt?: number
  readonly conclusion?: string
  readonly exitCode?: number
  readonly takenBy?: string
  readonly agent?: string
}

export interface JobPage {
  readonly jobs: readonly Job[]
  readonly next?: string
}

export interface Agent {
  readonly key: string
  readonly state: string
  readonly pool: string
  readonly source: string
  readonly scope: string
  readonly machine: string
  readonly job?: string
  readonly reason: string
  readonly createdAt: number
  readonly stateAt: number
  readonly endReason?: string
  readonly exit?: { readonly kind: string; readonly detail: string }
}

export interface Machine {
  readonly key: string
  readonly state: string
  readonly fleet: string
  readonly allocatable: Resources
  readonly isolation: string
  readonly isolationDetail?: string
  readonly cordon?: { readonly reason: string; readonly by: string; readonly at: number }
  readonly createdAt: number
  readonly seenAt: number
  readonly detail?: string
  readonly made?: Making
}

export interface Making {
  readonly sizeName: string
  readonly location?: string
  readonly spot: boolean
  readonly reason: string
  readonly acceptedAt?: number
  readonly endReason?: string
}

export interface MachineView extends Machine {
  readonly agents: number
  readonly used: Resources
  /** Nano-units of the currency, in decimal digits. */
  readonly price?: { readonly nanosPerHour: string; readonly currency: string }
  readonly cost?: { readonly nanos: string; readonly currency: string }
  readonly priceAt?: number
  readonly priceStale?: boolean
  readonly goes?: string
}

export interface Amount {
  readonly currency: string
  /** Nano-units of the currency, in decimal digits. */
  readonly nanos: string
}

export const COST_GROUPS = ['repository', 'workflow', 'job', 'pool', 'fleet', 'label', 'team', 'day'] as const

export interface CostLine {
  readonly key: string
  readonly jobs: number
  readonly runMs: number
  readonly waitMs: number
  readonly costs: readonly {
    readonly currency: string
    readonly jobs: string
    readonly waste: string
    readonly total: string
    readonly perJob?: string
    readonly wasteBy: Readonly<Record<string, string>>
  }[]
  readonly jobMs: number
  readonly wasteMs: number
  readonly unpricedMs: number
  readonly compared: readonly {
    readonly with: string
    readonly amounts: readonly Amount[]
    readonly jobsMissing: number
  }[]
}

export interface CostReport {
  readonly by: string
  readonly since: number
  readonly until: number
  readonly rows: readonly CostLine[]
  readonly total: CostLine
  readonly comparisons: readonly {
    readonly with: string
    readonly how: string
    readonly asOf?: string
    readonly atLeast: boolean
    readonly missing: readonly string[]
  }[]
  readonly prices: readonly {
    readonly fleet: string
    readonly readAt?: number
    readonly stale: boolean
    readonly missing: readonly string[]
  }[]
  readonly notes: readonly string[]
}

export interface Budget {
  readonly name: string
  readonly limit: Amount
  readonly spent: Amount
  readonly hold: boolean
  readonly renewsAt: number
  readonly unpricedMs: number
  readonly state: string
}

export interface WaitGroup {
  readonly source: string
  readonly scope: string
  readonly requirement: Requirement
  readonly code: string
  readonly pool?: string
  readonly count: number
  readonly reason: string
  readonly next: string
  readonly etaMs?: number
}

export interface JournalEntry {
  readonly at: number
  readonly kind: string
  readonly subject: string
  readonly reason: string
  readonly outcome: string
  readonly by: string
}

export interface Explanation {
  readonly job: Job
  readonly agent?: Agent
  readonly pool?: string
  readonly words: readonly string[]
  readonly waits: readonly WaitGroup[]
  readonly history: readonly JournalEntry[]
  readonly binding: string
  readonly log?: AgentLog
}

export interface AgentLog {
  readonly state: 'wanted' | 'kept' | 'lost'
  readonly url?: string
  readonly bytes?: number
  readonly detail?: string
}

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
  readonly scopes: readonly { readonly source: string; readonly name: string; readonly problem?: string }[]
  readonly backoffs: readonly {
    readonly target: string
    readonly failures: number
    readonly until: number
    readonly error: string
  }[]
  readonly waits: readonly WaitGroup[]
  readonly staleness: Readonly<Record<string, number>>
  readonly problems: readonly string[]
  readonly budgets: readonly Budget[]
}

export interface Token {
  readonly name: string
  readonly roles: readonly string[]
  readonly pools: readonly string[]
  readonly repositories: readonly string[]
  readonly images: readonly string[]
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
}
