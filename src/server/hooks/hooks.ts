import type { FastifyReply, FastifyRequest } from 'fastify'
import { BadInput, BadSignature, Throttled } from '../../domain/errors.ts'
import type { Pushed } from '../../domain/ports/source.ts'
import { DeadlineExceeded, within } from '../../kit/deadline.ts'
import { readBody } from './body.ts'
import { errorBody } from '../errors.ts'
import { mountedAt } from './mounted.ts'
import type { MountedRoute, ServerOptions } from '../options.ts'

/** Senders give up after 10 s; an answer later than this says that nothing was stored in time. */
const ACK_DEADLINE_MS = 8_000
const RETRY_AFTER_S = 30
const JSON_TYPE = /^application\/json\s*(;|$)/i

/** What became of a pushed message. Only the first three are answered 2xx. */
export type HookOutcome =
  | 'stored'
  | 'duplicate'
  | 'ignored'
  | 'bad_signature'
  | 'bad_input'
  | 'too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'not_found'
  | 'method_not_allowed'
  | 'late'
  | 'failed'

interface Answer {
  readonly outcome: HookOutcome
  readonly status: number
  readonly message: string
  readonly reason?: string
  readonly retryAfterS?: number
  readonly allow?: string
}

/** Handles every request of the public listener that is not a health check. */
export function createHookHandler(options: ServerOptions) {
  const count = options.onEvent ?? (() => {})
  return async function handleHook(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const mounted = mountedAt(request.url, options.routes())
    const answer = mounted ? await accept(request, mounted, options) : unknownPath
    count('hook', { source: mounted?.source ?? '', outcome: answer.outcome, reason: answer.reason ?? '' })
    return send(reply, answer)
  }
}

async function accept(request: FastifyRequest, { source, route }: MountedRoute, options: ServerOptions) {
  if (request.method !== route.method) return wrongMethod(route.method)
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) return wrongType
  try {
    const body = await readBody(request.raw, route.bodyLimit)
    if (body === 'too large') return tooLarge(route.bodyLimit)
    return await within(options.clock, ACK_DEADLINE_MS, 'storing a pushed message', () =>
      store(source, () => route.handle(body, singleHeaders(request)), options),
    )
  } catch (error) {
    return explainFailure(error, source, options)
  }
}

/** Acknowledged only after the commit. */
async function store(source: string, handle: () => Promise<Pushed>, { operations }: ServerOptions): Promise<Answer> {
  const pushed = await handle()
  if (pushed.ignored !== undefined)
    return { outcome: 'ignored', status: 200, message: pushed.ignored, reason: pushed.ignored }
  const outcome = await operations.receive(source, pushed)
  return { outcome, status: 200, message: outcome }
}

const unknownPath: Answer = { outcome: 'not_found', status: 404, message: 'nothing is here' }

function wrongMethod(allow: string): Answer {
  return { outcome: 'method_not_allowed', status: 405, message: `use ${allow}`, allow }
}

const wrongType: Answer = {
  outcome: 'unsupported_media_type',
  status: 415,
  message: 'send application/json',
}

function tooLarge(limit: number): Answer {
  return { outcome: 'too_large', status: 413, message: `the body is larger than ${limit} bytes` }
}

function explainFailure(error: unknown, source: string, { logger }: ServerOptions): Answer {
  if (error instanceof BadSignature) {
    logger.debug({ source }, 'hook with a bad signature')
    return { outcome: 'bad_signature', status: 401, message: 'the signature does not fit' }
  }
  if (error instanceof BadInput) {
    logger.debug({ source, problems: error.problems }, 'hook that can not be understood')
    return { outcome: 'bad_input', status: 400, message: error.message }
  }
  if (error instanceof DeadlineExceeded) {
    logger.warn({ source, ms: error.ms }, 'hook not stored in time')
    return { outcome: 'late', status: 503, message: 'not stored in time', retryAfterS: RETRY_AFTER_S }
  }
  logger.warn({ source, error }, 'hook not stored')
  const retryAfterS = error instanceof Throttled ? Math.ceil(error.retryAfterMs / 1000) : RETRY_AFTER_S
  return { outcome: 'failed', status: 503, message: 'not stored', retryAfterS }
}

function send(reply: FastifyReply, answer: Answer): string {
  if (answer.retryAfterS !== undefined) reply.header('retry-after', String(answer.retryAfterS))
  if (answer.allow !== undefined) reply.header('allow', answer.allow)
  reply.code(answer.status).header('content-type', 'application/json; charset=utf-8')
  if (answer.status >= 400) return JSON.stringify(errorBody(answer.outcome, answer.message))
  if (answer.outcome === 'ignored') return JSON.stringify({ outcome: 'ignored', ignored: answer.message })
  return `{"outcome":"${answer.outcome}"}`
}

/** Node joins repeated headers; `set-cookie` alone comes as a list, and no source asks for it. */
function singleHeaders(request: FastifyRequest): Record<string, string | undefined> {
  return request.headers as Record<string, string | undefined>
}
