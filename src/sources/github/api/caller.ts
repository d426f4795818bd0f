import { withDeadline } from '../../../kit/deadline.ts'
import type { Clock } from '../../../domain/ports/clock.ts'
import { Throttled, Unauthorized } from '../../../domain/errors.ts'
import type { GithubApp, Octokit } from './app.ts'
import { isLimit, readFailure, toDomainError } from './errors.ts'
import { createLimits, OutOfBudget, type Headers } from './limits.ts'
import { createTokenWatch } from './token-watch.ts'

/** One request to GitHub. */
export interface Call {
  /** As in GitHub's own documents: `GET /orgs/{org}/actions/runners`. */
  readonly route: string
  readonly parameters?: Readonly<Record<string, unknown>>
  /** What is asked for, in words that follow "can't": `list the runners of acme`. */
  readonly what: string
  /** The permission that the App needs for it. */
  readonly needs?: string
  /** Answers 304 when nothing changed, which costs nothing of the hour's limit. */
  readonly etag?: string
  /** `reading` keeps to its share of the budget and rejects with OutOfBudget beyond it. */
  readonly purpose: 'reading' | 'work'
  readonly deadlineMs?: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly data: unknown
}

/** Asks GitHub as one identity, with its limits. Rejects with the errors of the domain; retries nothing. */
export interface Caller {
  call(call: Call): Promise<Answer>
  mayRead(): boolean
}

export interface CallerOptions {
  readonly app: GithubApp
  readonly clock: Clock
  /** None: as the App itself. */
  readonly installation?: number
  /** The installation's token can't be had any more: the App was taken off the account. */
  readonly onGone?: () => void
  /** Requests that GitHub still grants in this hour, as each answer says. */
  readonly onPointsLeft?: (points: number) => void
}

const DEADLINE_MS = 10_000
const VERSION = '2022-11-28'

export function createCaller(options: CallerOptions): Caller {
  const { app, clock, installation } = options
  const limits = createLimits(clock)
  let octokit: Octokit | undefined
  const token = createTokenWatch(options)

  function learn(status: number, headers: Headers): void {
    limits.answered(status, headers)
    const left = Number(headers['x-ratelimit-remaining'])
    if (left >= 0) options.onPointsLeft?.(left)
  }

  async function send(call: Call, signal: AbortSignal): Promise<Answer> {
    octokit ??= await app.octokit(installation)
    const client = octokit
    if (token.refused()) await client.auth({ type: 'installation', installationId: installation, refresh: true })
    const answer = await client.request(call.route, {
      ...call.parameters,
      headers: { 'x-github-api-version': VERSION, ...(call.etag !== undefined && { 'if-none-match': call.etag }) },
      request: { signal },
    })
    return { status: answer.status, headers: answer.headers, data: answer.data }
  }

  /** What a failed request comes to: an answer (304), or the error for the caller. */
  function settle(error: unknown, call: Call): Answer {
    const failure = readFailure(error)
    if (failure?.answered && !isLimit(failure)) {
      limits.answered(failure.status, failure.headers)
      if (failure.status === 304) return { status: 304, headers: failure.headers, data: undefined }
      token.check(failure, call.what)
    }
    throw toDomainError(error, {
      what: call.what,
      needs: call.needs,
      throttled: (headers) => limits.throttled(headers),
    })
  }

  return {
    mayRead: () => limits.mayRead(),
    call: async (call) => {
      if (app.keyProblem !== undefined) throw new Unauthorized(`GitHub: can't ${call.what}: ${app.keyProblem}`)
      const blocked = limits.blockedMs()
      if (blocked > 0) throw new Throttled(`GitHub: can't ${call.what}: a limit was reached before`, blocked)
      if (call.purpose === 'reading' && !limits.mayRead()) {
        throw new OutOfBudget(`GitHub: can't ${call.what} now: the requests left are kept for registrations`)
      }
      limits.spend(call.route.startsWith('GET ') ? 1 : 5)
      try {
        const ms = call.deadlineMs ?? DEADLINE_MS
        const answer = await withDeadline(clock, ms, call.what, (signal) => send(call, signal))
        token.accepted()
        learn(answer.status, answer.headers)
        return answer
      } catch (error) {
        return settle(error, call)
      }
    },
  }
}
