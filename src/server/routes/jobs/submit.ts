import { z } from 'zod'
import { BadInput, NotFound, Unauthorized } from '../../../domain/errors.ts'
import type { JobSubmission, Operations } from '../../../domain/ports/operations.ts'
import { matchesAny, matchesAnyExactly } from '../../../domain/jobs/pattern.ts'
import type { Token } from '../../../domain/token.ts'
import { needs, type Api } from '../../api.ts'
import { callerOf, tokenOf } from '../../http/auth.ts'
import { hasRole } from '../../login/caller.ts'
import type { ServerOptions } from '../../options.ts'
import { errors, json, keyParams } from '../../schemas/common.ts'
import { job, jobView, submission } from '../../schemas/job.ts'

const headers = z.object({ 'idempotency-key': z.string().min(1).max(255).optional() })

export function submitRoutes(app: Api, { operations, httpSources }: ServerOptions): void {
  const submit = needs('submit')
  const tags = ['jobs']

  app.route({
    method: 'POST',
    url: '/api/v1/jobs',
    config: submit.config,
    schema: {
      operationId: 'submitJob',
      summary: 'Asks for a job to be run in a container of its own',
      tags,
      security: submit.security,
      headers,
      body: submission,
      response: {
        201: json('The job, new.', job),
        200: json('The job that the same idempotency key made before.', job),
        ...errors(400, 401, 403, 409, 413, 415, 422),
      },
    },
    handler: async (request, reply) => {
      const wanted = toSubmission(request.body, request.headers['idempotency-key'], httpSources?.() ?? [])
      const made = await operations.submit(wanted, tokenOf(request), callerOf(request).by)
      reply.header('location', `/api/v1/jobs/${encodeURIComponent(made.job.key)}`)
      return reply.code(made.created ? 201 : 200).send(jobView(made.job))
    },
  })

  app.route({
    method: 'POST',
    url: '/api/v1/jobs/:key/cancel',
    config: submit.config,
    schema: {
      operationId: 'cancelJob',
      summary: 'Ends a pushed job, before or while it runs',
      tags,
      security: submit.security,
      params: keyParams,
      response: { 200: json('The job as it is now.', job), ...errors(401, 403, 404, 409, 422) },
    },
    handler: async (request) => {
      const { key } = request.params
      const by = tokenOf(request)
      await checkBounds(operations, key, by)
      return jobView(await operations.cancel(key, callerOf(request).by))
    },
  })
}

function toSubmission(
  body: z.output<typeof submission>,
  headerKey: string | undefined,
  sources: readonly string[],
): JobSubmission {
  const { source, timeout, resources, idempotencyKey, ...rest } = body
  if (idempotencyKey !== undefined && headerKey !== undefined && idempotencyKey !== headerKey)
    throw new BadInput('the body and the header Idempotency-Key name different keys; send one of them')
  return {
    ...rest,
    source: source ?? onlySource(sources),
    resources: resources && { milliCpu: resources.cpu, memory: resources.memory, disk: resources.disk },
    timeoutMs: timeout,
    idempotencyKey: idempotencyKey ?? headerKey,
  }
}

function onlySource(sources: readonly string[]): string {
  const [only, ...others] = sources
  if (only !== undefined && others.length === 0) return only
  if (only === undefined) throw new BadInput('no `http` source is configured', ['body.source: there is none'])
  throw new BadInput('which source?', [`body.source: name one of ${sources.join(', ')}`])
}

/** A token cancels no job that it could not have submitted: one bound to pools submits by the name of a pool alone. */
async function checkBounds(operations: Operations, key: string, by: Token): Promise<void> {
  if (hasRole(by, 'admin')) return
  const shown = await operations.job(key)
  if (!shown) throw new NotFound(`no job ${key}; it may be older than the retention`)
  const { requirement, repository, request } = shown
  const pool = requirement.kind === 'pool' ? requirement.pool : undefined
  const within =
    allows(by.pools, pool, matchesAny) &&
    allows(by.repositories, repository, matchesAny) &&
    allows(by.images, request?.image, matchesAnyExactly)
  if (!within) throw new Unauthorized(`the token ${by.name} is bound to other pools, repositories or images`)
}

function allows(bounds: readonly string[], value: string | undefined, matches: typeof matchesAny): boolean {
  return bounds.length === 0 || (value !== undefined && matches(bounds, value))
}
