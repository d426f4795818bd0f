import type { Conclusion, JobObservation, JobState, Origin } from '../../domain/jobs/job.ts'

/** What a job is, before anything happens to it. */
export interface JobFacts {
  readonly scope: string
  readonly repository: string
  readonly workflow: string
  readonly name: string
  readonly labels: readonly string[]
  readonly origin: Origin
  readonly durationMs: number
  readonly outcome: 'success' | 'failure'
}

/** A job as its source holds it. */
export interface CiJob extends JobFacts {
  readonly id: string
  state: JobState
  ended?: Conclusion
  /** The registration that it was handed to. */
  runner?: string
  /** How often its work was begun: once is what all of this is for. */
  begun: number
  /** Why it ended in another way than by its own work. */
  fate?: string
}

export function observationOf(source: string, job: CiJob, via: 'event' | 'read', began: number): JobObservation {
  return {
    via,
    began,
    state: job.state,
    source,
    scope: job.scope,
    externalId: job.id,
    attempt: 1,
    requirement: { kind: 'all', labels: job.labels, matchCase: false },
    origin: via === 'read' ? job.origin : 'unknown',
    repository: job.repository,
    workflow: job.workflow,
    name: job.name,
    ...(job.ended && { conclusion: job.ended }),
    ...(job.runner !== undefined && job.state !== 'queued' && { takenBy: job.runner }),
  }
}
