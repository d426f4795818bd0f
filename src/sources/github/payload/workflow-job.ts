import { z } from 'zod'
import type { Conclusion, JobObservation, JobState, Origin } from '../../../domain/jobs/job.ts'
import { idText } from '../api/fields.ts'

/** The fields that we need of a job; the rest of the payload is let through unread. */
export const workflowJobSchema = z.object({
  id: idText,
  run_id: idText.nullish(),
  run_attempt: z.int().positive().nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  name: z.string().nullish(),
  workflow_name: z.string().nullish(),
  html_url: z.string().nullish(),
  created_at: z.string().nullish(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  labels: z.array(z.string()),
  runner_name: z.string().nullish(),
})

export type WorkflowJob = z.output<typeof workflowJobSchema>

export const workflowJobEventSchema = z.object({
  action: z.string(),
  workflow_job: workflowJobSchema,
  repository: z.object({ id: idText, full_name: z.string() }),
  installation: z.object({ id: z.number() }).nullish(),
})

/**
 * An event's action says what happened, its status how things stood when the message was made: a job that awaits an
 * approval is announced with action `queued` and status `waiting`. By the action it counts as demand until it is read.
 */
const stateOfAction: Readonly<Record<string, JobState>> = {
  queued: 'queued',
  waiting: 'waiting',
  in_progress: 'running',
  completed: 'done',
}

/** `pending` waits for its concurrency group, `requested` has not been queued yet: both are held by GitHub. */
const stateOfStatus: Readonly<Record<string, JobState>> = {
  requested: 'waiting',
  pending: 'waiting',
  waiting: 'waiting',
  queued: 'queued',
  in_progress: 'running',
  completed: 'done',
}

const conclusions: Readonly<Record<string, Conclusion>> = {
  success: 'success',
  failure: 'failure',
  startup_failure: 'failure',
  cancelled: 'cancelled',
  stale: 'cancelled',
  skipped: 'skipped',
  timed_out: 'timed_out',
  neutral: 'neutral',
  action_required: 'action_required',
}

export function stateOfEvent(action: string): JobState | undefined {
  return Object.hasOwn(stateOfAction, action) ? stateOfAction[action] : undefined
}

/** When the change happened that an event tells of, by GitHub's clock: for display and metrics, never for decisions. */
export function madeAt(job: WorkflowJob, state: JobState): number | undefined {
  const text = state === 'done' ? job.completed_at : state === 'running' ? job.started_at : job.created_at
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? undefined : at
}

/** Undefined for a status that GitHub may add one day. */
export function stateOfReading(status: string | null | undefined): JobState | undefined {
  return status && Object.hasOwn(stateOfStatus, status) ? stateOfStatus[status] : undefined
}

export interface Sighting {
  readonly via: 'event' | 'read'
  readonly began: number
  readonly state: JobState
  readonly source: string
  readonly scope: string
  readonly repository: string
  readonly origin: Origin
}

export function toObservation(job: WorkflowJob, sighting: Sighting): JobObservation {
  const { state } = sighting
  return {
    ...sighting,
    externalId: job.id,
    attempt: job.run_attempt ?? 1,
    requirement: { kind: 'all', labels: job.labels, matchCase: false },
    workflow: job.workflow_name ?? '',
    name: job.name ?? '',
    ...(job.run_id && { runId: job.run_id }),
    ...(job.html_url && { url: job.html_url }),
    ...(state === 'done' && { conclusion: toConclusion(job.conclusion) }),
    // A queued job may name a runner that it never got.
    ...(job.runner_name && (state === 'running' || state === 'done') && { takenBy: job.runner_name }),
  }
}

/** A word that GitHub may add one day says that the job is over, but not how. */
function toConclusion(word: string | null | undefined): Conclusion {
  return word && Object.hasOwn(conclusions, word) ? (conclusions[word] ?? 'neutral') : 'neutral'
}
