import { DeadlineExceeded } from '../../../kit/deadline.ts'

/** What is known of a failure, whichever of the SDK's layers it came from. */
export interface Fault {
  /** HTTP's; absent where there was no answer. Of work that failed after it was accepted: 0. */
  readonly status: number | undefined
  /** Azure's word for it; empty where there is none. */
  readonly code: string
  readonly message: string
  readonly retryAfterMs?: number
}

interface Loose {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly response?: { readonly headers?: { get(name: string): string | undefined } }
}

const LONGEST = 600
/** How the SDK words work that Azure had accepted and that failed: a plain error without code or status. */
const FAILED_WORK = /^The long-running operation has failed(?:\. ([\w.]+)\. ([\s\S]*))?$/

export function faultOf(error: unknown, now: number): Fault {
  if (error instanceof DeadlineExceeded) return { status: undefined, code: '', message: error.message }
  const loose: Loose = typeof error === 'object' && error !== null ? error : { message: String(error) }
  const message = oneLine(typeof loose.message === 'string' ? loose.message : 'an unknown fault')

  const failed = FAILED_WORK.exec(typeof loose.message === 'string' ? loose.message : '')
  if (failed) return { status: 0, code: failed[1] ?? '', message: oneLine(failed[2] ?? message) }
  if (loose.name === 'CredentialUnavailableError' || loose.name === 'AuthenticationRequiredError') {
    return { status: 401, code: 'CredentialUnavailable', message }
  }

  const status = typeof loose.statusCode === 'number' ? loose.statusCode : undefined
  const code = typeof loose.code === 'string' ? loose.code : ''
  const isSignIn = loose.name === 'AuthenticationError' || loose.name === 'AggregateAuthenticationError'
  // A token that is refused with 400 is missing permission as well; only the service's own faults pass by themselves.
  if (isSignIn) return { status: status === undefined || status < 500 ? 401 : status, code, message }
  const retryAfterMs = retryAfter(loose.response?.headers, now)
  return { status, code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

function retryAfter(headers: { get(name: string): string | undefined } | undefined, now: number): number | undefined {
  const ms = headers?.get('retry-after-ms') ?? headers?.get('x-ms-retry-after-ms')
  if (ms !== undefined && /^\d+$/.test(ms)) return Number(ms)
  const after = headers?.get('retry-after')
  if (after === undefined) return undefined
  if (/^\d+$/.test(after)) return Number(after) * 1000
  const date = Date.parse(after)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const cut = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`
}
