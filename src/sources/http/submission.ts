import { createHash } from 'node:crypto'
import { BadInput } from '../../domain/errors.ts'
import type { JobObservation } from '../../domain/jobs/job.ts'
import type { JobSubmission } from '../../domain/ports/operations.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Requirement } from '../../domain/jobs/requirement.ts'
import { newId } from '../../kit/ids.ts'
import { checkFields, checkPool, DEFAULT_TIMEOUT_MS, wantedResources } from './bounds.ts'
import { choosePool } from './choose-pool.ts'

/**
 * The job that a submission asks for, as first seen at `now` (our wall time). Pure but for the id of a submission
 * without an idempotency key.
 *
 * The same source, repository and idempotency key always give the same external id. The repository is part of it, so
 * that a token bound to one repository can't come by the job of another through a guessed key.
 *
 * Throws BadInput with everything that is wrong, at once: which pool serves it, its bounds, the fields themselves.
 */
export function toObservation(
  submission: JobSubmission,
  pools: readonly Pool[],
  now: number,
  freshId: () => string = () => newId(16),
): JobObservation {
  const chosen = choosePool(submission, pools)
  const problems = [
    ...chosen.problems,
    ...checkFields(submission),
    ...(chosen.pool ? checkPool(submission, chosen.pool) : []),
  ]
  if (problems.length > 0 || !chosen.pool) throw new BadInput('the job can not be taken as it is', problems)
  return {
    via: 'event',
    began: now,
    state: 'queued',
    source: submission.source,
    scope: submission.source,
    externalId: externalId(submission, freshId),
    attempt: 1,
    requirement: toRequirement(submission),
    // A token let it in, and the token says which repositories and images.
    origin: 'trusted',
    repository: submission.repository,
    workflow: submission.workflow ?? '',
    name: submission.name ?? submission.command[0] ?? '',
    request: {
      image: submission.image,
      command: submission.command,
      env: submission.env,
      resources: wantedResources(submission, chosen.pool),
      timeoutMs: submission.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    },
  }
}

function externalId({ source, repository, idempotencyKey }: JobSubmission, freshId: () => string): string {
  if (idempotencyKey === undefined) return freshId()
  const identity = JSON.stringify([source, repository.toLowerCase(), idempotencyKey])
  return `k${createHash('sha256').update(identity).digest('hex').slice(0, 31)}`
}

function toRequirement({ pool, labels }: JobSubmission): Requirement {
  if (pool !== undefined) return { kind: 'pool', pool }
  return { kind: 'all', labels: labels ?? [], matchCase: false }
}
