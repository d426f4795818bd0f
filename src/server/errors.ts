import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import {
  BadInput,
  Conflict,
  NameTaken,
  NotFound,
  Refused,
  StoreUnavailable,
  Throttled,
  Transient,
  Unauthorized,
} from '../domain/errors.ts'
import type { Logger } from '../domain/ports/logger.ts'
import { DeadlineExceeded } from '../kit/deadline.ts'

/** The body of every answer that is not 2xx. `code` is static; `problems` lists all that is wrong with the input. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly problems?: readonly string[] }
}

interface Verdict {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly problems?: readonly string[]
  readonly retryAfterS?: number
}

export function errorBody(code: string, message: string, problems: readonly string[] = []): ErrorBody {
  return { error: { code, message, ...(problems.length > 0 && { problems }) } }
}

/** The only place where an error becomes a status. What nobody foresaw is logged and told as `internal`, no more. */
export function createErrorHandler(logger: Logger) {
  return function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
    const verdict = judge(error)
    if (verdict.status >= 500) {
      const fields = { error, method: request.method, route: request.routeOptions.url, status: verdict.status }
      if (verdict.status === 500) logger.error(fields, 'API request failed')
      else logger.warn(fields, 'API request refused for now')
    }
    if (verdict.retryAfterS !== undefined) reply.header('retry-after', String(verdict.retryAfterS))
    reply
      .code(verdict.status)
      .header('content-type', 'application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(errorBody(verdict.code, verdict.message, verdict.problems))
  }
}

function judge(error: FastifyError): Verdict {
  const { message } = error
  if (hasZodFastifySchemaValidationErrors(error)) return judgeValidation(error)
  if (error instanceof BadInput) return { status: 400, code: 'bad_input', message, problems: error.problems }
  if (error instanceof Unauthorized) return { status: 403, code: 'forbidden', message }
  if (error instanceof NotFound) return { status: 404, code: 'not_found', message }
  if (error instanceof Conflict || error instanceof NameTaken) return { status: 409, code: 'conflict', message }
  if (error instanceof Refused) return { status: 422, code: 'refused', message }
  if (error instanceof StoreUnavailable) return { status: 503, code: 'store_unavailable', message, retryAfterS: 30 }
  if (error instanceof Throttled) return { ...later, message, retryAfterS: Math.ceil(error.retryAfterMs / 1000) }
  if (error instanceof Transient || error instanceof DeadlineExceeded) return { ...later, message, retryAfterS: 10 }
  return judgeRequest(error)
}

const later = { status: 503, code: 'unavailable' }

/** What fastify itself finds wrong with a request, before any of our code sees it. */
function judgeRequest(error: FastifyError): Verdict {
  const { message, statusCode } = error
  if (statusCode === 413) return { status: 413, code: 'too_large', message }
  if (statusCode === 415) return { status: 415, code: 'unsupported_media_type', message: 'send application/json' }
  if (statusCode === 429) return { status: 429, code: 'rate_limited', message }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { status: statusCode, code: 'bad_input', message }
  return { status: 500, code: 'internal', message: 'something unforeseen went wrong; the log of the service has it' }
}

interface InvalidInput {
  readonly validation: readonly { readonly instancePath: string; readonly message?: string }[]
  readonly validationContext?: string
}

function judgeValidation(error: InvalidInput): Verdict {
  const place = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body')
  const problems = error.validation.map(({ instancePath, message }) => {
    const field = instancePath.split('/').filter(Boolean).join('.')
    return `${place}${field && `.${field}`}: ${message ?? 'invalid'}`
  })
  return { status: 400, code: 'bad_input', message: `the ${place} of the request is not valid`, problems }
}
