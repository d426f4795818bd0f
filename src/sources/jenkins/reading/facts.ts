import type { Job, JobObservation, JobState } from '../../../domain/jobs/job.ts'
import { matchesAny } from '../../../domain/jobs/pattern.ts'
import type { Requirement } from '../../../domain/jobs/requirement.ts'
import { jobPathOf, type JobPath } from './job-path.ts'

/** Workflow of a job that is a step of a Pipeline. */
export const PIPELINE = 'pipeline'

/** What stays the same of a job while it lives. */
export interface Facts {
  readonly id: string
  readonly path: JobPath
  readonly requirement: Requirement
  /** A step of a run that has begun, not a build of its own. */
  readonly step: boolean
}

/** What the source says of all its jobs. */
export interface About {
  readonly source: string
  readonly url: string
  readonly forks: readonly string[]
}

/** The facts of a job that we hold in store; undefined if its address is of no job. */
export function factsOf(job: Job): Facts | undefined {
  const path = jobPathOf(job.url ?? '')
  return path && { id: job.externalId, path, requirement: job.requirement, step: job.workflow === PIPELINE }
}

export interface Sight {
  readonly began: number
  readonly state: JobState
  readonly takenBy?: string
  readonly conclusion?: JobObservation['conclusion']
}

export function toObservation(facts: Facts, sight: Sight, { source, url, forks }: About): JobObservation {
  const { id, path, requirement, step } = facts
  const number = path.number
  return {
    via: 'read',
    ...sight,
    source,
    scope: source,
    externalId: id,
    attempt: 1,
    requirement,
    // The controller does not tell where code comes from; the configuration does.
    origin: matchesAny(forks, path.fullName) ? 'fork' : 'trusted',
    repository: `${source}/${path.fullName}`,
    workflow: step ? PIPELINE : '',
    name: path.fullName.split('/').at(-1) ?? path.fullName,
    ...(number !== undefined && { runId: String(number) }),
    url: `${url}${path.path}${number === undefined ? '' : `${number}/`}`,
  }
}
