import { DeadlineExceeded } from '../../../kit/deadline.ts'
import {
  NameTaken,
  NotFound,
  Refused,
  SlipwayError,
  Throttled,
  Transient,
  Unauthorized,
} from '../../../domain/errors.ts'
import type { Headers } from './limits.ts'

/** What a refused request told us: the slice of Octokit's RequestError that we rely on. */
export interface HttpFailure {
  readonly status: number
  readonly message: string
  readonly headers: Headers
  /** Path of the request that failed; it may be the one that fetched a token. */
  readonly url: string
  readonly answered: boolean
}

export interface FailureContext {
  /** What was asked for, in words: `list the runners of acme`. */
  readonly what: string
  /** The App permission that the request needs, as `name: level`. */
  readonly needs?: string
  /** Told of a refusal for a limit, returns how long to wait. */
  readonly throttled: (headers: Headers) => number
}

/** Turns what a call threw into an error that is named for what the caller does next. */
export function toDomainError(error: unknown, context: FailureContext): SlipwayError {
  if (error instanceof SlipwayError) return error
  if (error instanceof DeadlineExceeded) return new Transient(`GitHub: ${error.message}`, { cause: error })
  const failure = readFailure(error)
  if (!failure) return new Transient(sentence(context, words(error)), { cause: error })
  if (!failure.answered) return new Transient(sentence(context, failure.message), { cause: error })
  return fromStatus(failure, context, error)
}

function fromStatus(failure: HttpFailure, context: FailureContext, cause: unknown): SlipwayError {
  const said = `${failure.status} ${failure.message}`
  if (isLimit(failure)) {
    const wait = context.throttled(failure.headers)
    return new Throttled(`${sentence(context, said)}; next try in ${Math.ceil(wait / 1000)} s`, wait, { cause })
  }
  switch (failure.status) {
    case 401:
      return new Unauthorized(`${sentence(context, said)}; check appId and privateKey, and this machine's clock`, {
        cause,
      })
    case 403:
      return new Unauthorized(`${sentence(context, said)}${missing(failure, context)}`, { cause })
    case 404:
    case 410:
      return new NotFound(sentence(context, said), { cause })
    case 409:
      return new NameTaken(sentence(context, said), { cause })
    case 400:
    case 422:
      return new Refused(sentence(context, said), { cause })
    default:
      if (failure.status < 500) return new Refused(sentence(context, said), { cause })
      return new Transient(sentence(context, said), { cause })
  }
}

/** A refusal for a limit is 429, or 403 with one of the signs that a missing permission does not have. */
export function isLimit(failure: HttpFailure): boolean {
  if (failure.status === 429) return true
  if (failure.status !== 403) return false
  if (failure.headers['retry-after'] !== undefined) return true
  if (Number(failure.headers['x-ratelimit-remaining']) === 0) return true
  return /\brate limit\b|\babuse detection\b/i.test(failure.message)
}

/** GitHub names the permission itself, where it can. */
function missing(failure: HttpFailure, context: FailureContext): string {
  const named = failure.headers['x-accepted-github-permissions']
  const needs = typeof named === 'string' && named !== '' ? named.replaceAll('=', ': ') : context.needs
  if (/suspended/i.test(failure.message)) return '; an owner of the account can unsuspend the App'
  return needs ? `; the App needs the permission ${needs}` : ''
}

export function readFailure(error: unknown): HttpFailure | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined
  const response = 'response' in error ? (error.response as { headers?: Headers } | undefined) : undefined
  const request = 'request' in error ? (error.request as { url?: string } | undefined) : undefined
  return {
    status: error.status,
    message: shorten(error.message),
    headers: response?.headers ?? {},
    url: request?.url ?? '',
    answered: response !== undefined,
  }
}

function sentence(context: FailureContext, said: string): string {
  return `GitHub: can't ${context.what}: ${said}`
}

function words(error: unknown): string {
  return shorten(error instanceof Error ? error.message : String(error))
}

/** Proxies answer with whole pages of HTML. */
function shorten(text: string): string {
  const line = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
