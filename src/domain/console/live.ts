import type { AgentState } from '../agent.ts'
import type { JobState } from '../jobs/job.ts'
import type { Cordon, MachineState } from '../machine.ts'
import type { WaitCode } from '../plan.ts'
import type { Os } from '../pool.ts'
import type { Resources } from '../resources.ts'

/**
 * How things stand now, as one picture that is small enough to be sent whenever something changes. Times are our wall
 * times, amounts nano-units in decimal digits.
 */
export interface Now {
  /** Of the last change in it. Each `LiveChange` is one more than what it applies to. */
  readonly seq: number
  readonly at: number
  readonly version: string
  readonly owner: string
  readonly startedAt: number
  /** Why the service does not do its work; empty: it does. */
  readonly problems: readonly string[]
  /** Jobs that are not over, by state. */
  readonly jobs: Readonly<Record<Exclude<JobState, 'done'>, number>>
  /** Jobs without an agent of theirs, those that have waited longest first. */
  readonly queue: readonly QueueGroup[]
  /** In the order of the configuration: the colour of a pool is its place. */
  readonly pools: readonly LivePool[]
  readonly fleets: readonly LiveFleet[]
  /** That are not gone, by fleet and then by their making. */
  readonly machines: readonly LiveMachine[]
}

/** What is other than in the picture before it. Of a field that is absent nothing changed. */
export interface LiveChange extends Partial<Omit<Now, 'seq' | 'at' | 'version' | 'owner' | 'startedAt' | 'machines'>> {
  readonly seq: number
  readonly at: number
  /** New, or other than before. */
  readonly machines?: readonly LiveMachine[]
  /** Keys of machines that are no longer there. */
  readonly gone?: readonly string[]
}

/** Jobs that wait for the same thing and for the same reason. */
export interface QueueGroup {
  readonly source: string
  readonly scope: string
  readonly pool?: string
  /** What they ask for, as people write it. */
  readonly labels: string
  readonly count: number
  readonly oldestQueuedAt?: number
  readonly code: WaitCode
  readonly reason: string
  /** What happens next, in words, and in how many milliseconds from now if that can be said. */
  readonly next: string
  readonly etaMs?: number
}

export interface LivePool {
  readonly name: string
  readonly os: Os
  readonly fleets: readonly string[]
  /** Jobs that wait for it. */
  readonly queued: number
  /** By state. */
  readonly agents: Readonly<Partial<Record<AgentState, number>>>
  readonly standby: number
  /** Most agents at a time; absent: no limit. */
  readonly limit?: number
  readonly warm: { readonly agents: number; readonly standby: number }
  /** Why it is left alone for now. */
  readonly broken?: string
  readonly recent: RecentWaits
}

/** Of the jobs that began within the last hour (of at most the last thousand), since the service started. */
export interface RecentWaits {
  readonly jobs: number
  /** From queued to running; absent while there are none. */
  readonly p50Ms?: number
  readonly p95Ms?: number
  /** What the wait should stay below, where the configuration says so. */
  readonly targetMs?: number
}

export interface LiveFleet {
  readonly name: string
  readonly provider: string
  readonly os: Os
  readonly zone: string
  /** Whether its machines come and go. */
  readonly elastic: boolean
  /** Most machines at a time; absent: no limit. */
  readonly limit?: number
  /** Why none is begun in it for now. */
  readonly problem?: string
}

export interface LiveMachine {
  readonly key: string
  readonly fleet: string
  readonly state: MachineState
  readonly stateAt: number
  readonly cordon?: Cordon
  readonly spot: boolean
  readonly sizeName?: string
  readonly size: Resources
  readonly allocatable: Resources
  /** For an hour, as it is now. */
  readonly price?: { readonly nanosPerHour: string; readonly currency: string }
  readonly createdAt: number
  readonly readyAt?: number
  /** When it should be ready, of one that is on its way. */
  readonly expectedAt?: number
  /** Its provider has announced to take it back. */
  readonly evictedAt?: number
  /** Why it is in its state. */
  readonly detail?: string
  /** When, or on what, it goes. */
  readonly goes?: string
  /** The containers on it: agents, and those prepared ahead. */
  readonly agents: readonly LiveAgent[]
}

export interface LiveAgent {
  readonly key: string
  readonly pool: string
  readonly state: AgentState | 'standby'
  readonly resources: Resources
  /** Of the machine's allocatable, by the resource that it has most of: 0.25 is a quarter. */
  readonly share: number
  /** In its state since. */
  readonly since: number
  readonly job?: LiveJob
}

export interface LiveJob {
  readonly key: string
  readonly name: string
  readonly repository: string
  readonly startedAt?: number
}
