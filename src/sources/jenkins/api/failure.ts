import { NotFound, Refused, SlipwayError, Throttled, Transient, Unauthorized } from '../../../domain/errors.ts'
import { DeadlineExceeded } from '../../../kit/deadline.ts'
import { permissionOnPage, permissionWords, type Permission } from './permissions.ts'

/** What was asked for, for messages: `Jenkins: can't WHAT: …`. */
export interface About {
  /** `Jenkins` or `Hudson`. */
  readonly system: string
  readonly what: string
  readonly needs: Permission
}

const RETRY_AFTER_MS = 30_000
/** What all versions say, in English whatever the language. A user's token needs none, once users are known. */
const NO_CRUMB = /No valid crumb was included/
const STRIPPED = 'does a proxy before it take the header `Authorization` away?'

/** An answer that is not what was asked for, as the error that says what the caller does next. */
export function refusal(response: Response, page: string, about: About): SlipwayError {
  const { status } = response
  const said = sentence(about, `${status} ${shorten(page)}`.trim())
  if (status >= 300 && status < 400) return redirected(response.headers.get('location') ?? '', about)
  switch (status) {
    case 401:
      return new Unauthorized(`${sentence(about, '401')}; check user and token or password`)
    case 403:
      if (NO_CRUMB.test(page))
        return new Transient(`${sentence(about, '403')}; it wants a crumb: it is just starting, or ${STRIPPED}`)
      if (response.headers.get('x-you-are-authenticated-as') === 'anonymous')
        return new Unauthorized(`${sentence(about, '403')}; it was asked by nobody: ${STRIPPED}`)
      return new Unauthorized(
        `${sentence(about, '403')}; the user needs the permission ${missing(response, page, about)}`,
      )
    case 404:
      return new NotFound(said)
    case 429:
      return new Throttled(said, retryAfterMs(response))
    default:
      return status < 500 ? new Refused(said) : new Transient(said)
  }
}

/** What a request threw that has no answer at all. */
export function unanswered(error: unknown, about: About): SlipwayError {
  if (error instanceof SlipwayError) return error
  if (error instanceof DeadlineExceeded)
    return new Transient(sentence(about, `no answer within ${error.ms / 1000} s`), { cause: error })
  return new Transient(sentence(about, words(error)), { cause: error })
}

export function sentence(about: Pick<About, 'system' | 'what'>, said: string): string {
  return `${about.system}: can't ${about.what}: ${said}`
}

/** The controller says which one, in a header or on its page; else it is the one that the request needs. */
function missing(response: Response, page: string, about: About): string {
  const id = response.headers.get('x-required-permission')
  return id ? permissionWords(id) : (permissionOnPage(page) ?? about.needs)
}

function redirected(to: string, about: About): SlipwayError {
  if (/login|securityRealm/i.test(to))
    return new Unauthorized(`${sentence(about, 'it asks for a log-in')}; check user and token or password`)
  return new Refused(`${sentence(about, `it sends on to ${to}`)}; set url to where the controller really is`)
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return seconds > 0 ? seconds * 1000 : RETRY_AFTER_MS
}

function words(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return shorten(`${error instanceof Error ? error.message : String(error)}${cause}`)
}

/** Refusals are whole pages of HTML. */
function shorten(text: string): string {
  const line = text
    .replaceAll(/<(style|script)\b.*?<\/\1>/gis, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
