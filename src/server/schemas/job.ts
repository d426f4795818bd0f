import { z } from 'zod'
import type { Job, JobRequest } from '../../domain/jobs/job.ts'
import { bytes, cpu, duration } from '../../kit/schema.ts'
import { resources, time, version, type ShapeOf } from './common.ts'

export const jobState = z.enum(['waiting', 'queued', 'running', 'done'])

export const requirement = z
  .union([
    z.object({ kind: z.literal('all'), labels: z.array(z.string()).readonly(), matchCase: z.boolean() }),
    z.object({
      kind: z.literal('expression'),
      expression: z
        .looseObject({ op: z.string() })
        .describe('A tree of `label`, `not`, `and`, `or`, `implies`, `iff`.'),
      matchCase: z.boolean(),
    }),
    z.object({ kind: z.literal('pool'), pool: z.string() }),
  ])
  .meta({ id: 'Requirement' })

const request = z
  .object({
    image: z.string(),
    command: z.array(z.string()).readonly(),
    env: z.array(z.string()).describe('Names only: values may be secrets and are never shown.'),
    resources,
    timeoutMs: z.number(),
  } satisfies ShapeOf<JobRequest>)
  .describe('What a pushed job runs; absent where the agent fetches its work itself.')

export const job = z
  .object({
    key: z.string().describe('source / external id / attempt'),
    version,
    state: jobState,
    source: z.string(),
    scope: z.string(),
    externalId: z.string(),
    attempt: z.number(),
    requirement,
    origin: z.enum(['trusted', 'fork', 'unknown']),
    repository: z.string(),
    workflow: z.string(),
    name: z.string(),
    runId: z.string().optional(),
    url: z.string().optional(),
    request: request.optional(),
    ambiguous: z.boolean().describe('Events disagree; the source will be asked.'),
    seenAt: time,
    readAt: time.optional(),
    receivedAt: time,
    queuedAt: time.optional(),
    startedAt: time.optional(),
    doneAt: time.optional(),
    conclusion: z
      .enum(['success', 'failure', 'cancelled', 'skipped', 'timed_out', 'neutral', 'action_required', 'lost'])
      .optional(),
    exitCode: z.number().optional(),
    failedStarts: z.number().optional().describe('Agents started for it that ended before it ran.'),
    takenBy: z.string().optional().describe('Name of the registration that took it.'),
    agent: z.string().optional(),
    cancelRequestedAt: time.optional(),
  } satisfies ShapeOf<Job>)
  .meta({ id: 'Job' })

export type JobView = z.output<typeof job>

/** What the API shows of a job: all but the values of its environment. */
export function jobView(shown: Job): JobView {
  const { request: asked, ...rest } = shown
  return { ...rest, ...(asked && { request: { ...asked, env: Object.keys(asked.env) } }) }
}

export const jobPage = z
  .object({ jobs: z.array(job), next: z.string().optional().describe('Pass as `after` for the next page.') })
  .meta({ id: 'JobPage' })

export const submission = z
  .strictObject({
    source: z.string().min(1).optional().describe('An `http` source; may be left out if there is only one.'),
    labels: z
      .array(z.string().min(1))
      .min(1)
      .max(100)
      .optional()
      .describe('The first pool that has them all takes it. Either these or `pool`.'),
    pool: z.string().min(1).optional().describe('A pool by name. Either this or `labels`.'),
    image: z.string().min(1).describe('The pool’s own, or one of its `allowedImages`.'),
    command: z.array(z.string()).min(1).describe('Program and arguments; no shell is put around it.'),
    env: z.record(z.string(), z.string()).default({}).describe('Handed over in secret and never shown again.'),
    resources: z
      .strictObject({ cpu: cpu().optional(), memory: bytes().optional(), disk: bytes().optional() })
      .optional()
      .describe('What is left out is as in the pool.'),
    timeout: duration().optional().describe('The job ends after this long; 1 h unless given.'),
    repository: z.string().min(1).describe('`owner/name`; must be in the pool’s allow list.'),
    workflow: z.string().optional(),
    name: z.string().optional(),
    idempotencyKey: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe('The same key for the same repository gives the same job. Or send the header `Idempotency-Key`.'),
  })
  .meta({ id: 'JobSubmission' })
