import { requirementKey } from './requirement.ts'
import { jobKey, type Job, type JobObservation, type JobState } from './job.ts'

const rank: Record<JobState, number> = { waiting: 0, queued: 0, running: 1, done: 2 }

/**
 * What we hold of a job after an observation; the same object when it says nothing new.
 *
 * Running and done never go back, in whatever order events come. Between queued and waiting events give no order: the
 * job then counts as demand and is marked ambiguous, so that it is read once; only a newer reading settles it.
 */
export function observeJob(job: Job | undefined, seen: JobObservation): Job {
  if (!job) return firstSight(seen)
  const known = learn(job, seen)
  const step = rank[seen.state] - rank[job.state]
  if (step < 0) return known
  if (step > 0) return advance(known, seen)
  if (seen.state === job.state) return settle(known, seen)
  return seen.via === 'read' ? settle(known, seen) : doubt(known, seen)
}

function firstSight(seen: JobObservation): Job {
  const { via: _via, began, ...facts } = seen
  return {
    ...facts,
    key: jobKey(seen),
    version: 1,
    ambiguous: false,
    seenAt: began,
    ...(seen.via === 'read' && { readAt: began }),
    receivedAt: began,
    ...times(seen),
  }
}

function advance(job: Job, seen: JobObservation): Job {
  return {
    ...job,
    state: seen.state,
    ambiguous: false,
    seenAt: Math.max(job.seenAt, seen.began),
    ...times(seen, job),
    ...(seen.conclusion && { conclusion: seen.conclusion }),
    ...(seen.exitCode !== undefined && { exitCode: seen.exitCode }),
    // Of a build that waits, Jenkins knows only the page of its project.
    ...(seen.url !== undefined && { url: seen.url }),
  }
}

/**
 * A reading newer than all we saw ends every doubt; an older one changes nothing. A repeated event only says until when
 * the job was demand: a reading that began before it must not withdraw that.
 */
function settle(job: Job, seen: JobObservation): Job {
  if (seen.began <= job.seenAt) return job
  if (seen.via === 'event') return seen.state === 'queued' ? { ...job, seenAt: seen.began } : job
  if (seen.state === job.state && !job.ambiguous) return job
  return { ...job, state: seen.state, ambiguous: false, seenAt: seen.began, ...times(seen, job) }
}

function doubt(job: Job, seen: JobObservation): Job {
  if (job.ambiguous && job.state === 'queued') return job
  return {
    ...job,
    state: 'queued',
    ambiguous: true,
    seenAt: Math.max(job.seenAt, seen.began),
    queuedAt: job.queuedAt ?? seen.began,
  }
}

/**
 * Facts that do not depend on order: who took the job, where its code comes from. What a job asks for may be told anew
 * while it waits, by a newer reading.
 */
function learn(job: Job, seen: JobObservation): Job {
  const takenBy = job.takenBy ?? seen.takenBy
  const origin = job.origin === 'unknown' ? seen.origin : job.origin
  const readAt = seen.via === 'read' ? Math.max(job.readAt ?? 0, seen.began) : job.readAt
  // A reading is remembered only where it can matter: it must not make a new version of every job at every re-read.
  const readMatters = readAt !== job.readAt && (job.origin === 'unknown' || job.ambiguous)
  const asks = asksAnew(job, seen)
  if (takenBy === job.takenBy && origin === job.origin && !readMatters && !asks) return job
  return { ...job, takenBy, origin, readAt, ...(asks && { requirement: seen.requirement }) }
}

function asksAnew(job: Job, seen: JobObservation): boolean {
  if (seen.via !== 'read' || rank[job.state] > 0 || seen.began <= job.seenAt) return false
  return requirementKey(seen.requirement) !== requirementKey(job.requirement)
}

function times(seen: JobObservation, job?: Job): Pick<Job, 'queuedAt' | 'startedAt' | 'doneAt'> {
  return {
    queuedAt: job?.queuedAt ?? (seen.state === 'waiting' ? undefined : seen.began),
    startedAt: job?.startedAt ?? (seen.state === 'running' ? seen.began : undefined),
    doneAt: job?.doneAt ?? (seen.state === 'done' ? seen.began : undefined),
  }
}

export function isLiveJob(job: Job): boolean {
  return job.state !== 'done'
}
