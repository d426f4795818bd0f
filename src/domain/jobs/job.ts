import type { Requirement } from './requirement.ts'
import type { Resources } from '../resources.ts'

/** `waiting` is held by the source itself (an approval, a concurrency group) and is no demand. */
export type JobState = 'waiting' | 'queued' | 'running' | 'done'

/** `lost`: the source no longer knows the job, or its machine went away under it. */
export type Conclusion =
  | 'success'
  | 'failure'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'neutral'
  | 'action_required'
  | 'lost'

/** Where the code that the job runs comes from. `unknown` until the source has been asked. */
export type Origin = 'trusted' | 'fork' | 'unknown'

/** What a `fixed` source asks to be run; a `free` source has none, its agent fetches the work itself. */
export interface JobRequest {
  readonly image: string
  readonly command: readonly string[]
  /** May hold secrets: never logged, never in an answer of the API. */
  readonly env: Readonly<Record<string, string>>
  readonly resources: Resources
  readonly timeoutMs: number
}

/** One unit of work that a source wants run. `key` = source / external id / attempt. */
export interface Job {
  readonly key: string
  readonly version: number
  readonly state: JobState
  readonly source: string
  readonly scope: string
  readonly externalId: string
  readonly attempt: number
  readonly requirement: Requirement
  readonly origin: Origin
  readonly repository: string
  readonly workflow: string
  readonly name: string
  readonly runId?: string
  readonly url?: string
  readonly request?: JobRequest
  /** Events disagree on queued or waiting, or a complete read lacks the job: it must be read once. */
  readonly ambiguous: boolean
  /** Our wall time at the beginning of the newest observation that counted. */
  readonly seenAt: number
  /** When the newest reading began that named this job; absent while only events did. */
  readonly readAt?: number
  /** Our wall times. `queuedAt` is when it first became demand. */
  readonly receivedAt: number
  readonly queuedAt?: number
  readonly startedAt?: number
  readonly doneAt?: number
  readonly conclusion?: Conclusion
  readonly exitCode?: number
  /** The registration name that took the job, as the source tells it; the agent if it is one of ours. */
  readonly takenBy?: string
  readonly agent?: string
  readonly cancelRequestedAt?: number
  /** `fixed` binding: agents that failed before the command began. */
  readonly failedStarts?: number
}

/** What a source says of a job at one moment. `event`: pushed, in no order; `read`: asked for, true as of `began`. */
export interface JobObservation {
  readonly via: 'event' | 'read'
  /** Our wall time when the reading began, or when the event was received. */
  readonly began: number
  readonly state: JobState
  readonly source: string
  readonly scope: string
  readonly externalId: string
  readonly attempt: number
  readonly requirement: Requirement
  readonly origin: Origin
  readonly repository: string
  readonly workflow: string
  readonly name: string
  readonly runId?: string
  readonly url?: string
  readonly request?: JobRequest
  readonly conclusion?: Conclusion
  readonly exitCode?: number
  /** The registration name that runs or ran it. */
  readonly takenBy?: string
}

export function jobKey(job: Pick<Job, 'source' | 'externalId' | 'attempt'>): string {
  return `${job.source}/${job.externalId}/${job.attempt}`
}

/** Jobs that are expected to take about as long as one another: past durations are gathered by it. */
export function historyKey(job: Pick<Job, 'source' | 'repository' | 'workflow' | 'name'>): string {
  return `${job.source}/${job.repository}/${job.workflow}/${job.name}`
}
