import type { Clock } from '../../../domain/ports/clock.ts'
import { SlipwayError } from '../../../domain/errors.ts'

/** The share of the request budget that readings may use is spent; what was not read stays as it is known. */
export class OutOfBudget extends SlipwayError {
  override readonly name = 'OutOfBudget'
}

export type Headers = Readonly<Record<string, string | number | undefined>>

/**
 * The request budget of one installation.
 *
 * GitHub allows 900 points a minute (a read costs 1, a write 5) and 5,000 or more requests an hour, of which a 304 costs
 * nothing. Readings may use half of the points, leave a fifth of the hour alone, and are spread over the hour; all the
 * rest is kept for registrations, which start jobs.
 */
export interface Limits {
  /** How long GitHub wants to be left alone, in milliseconds; 0 when it may be asked. */
  blockedMs(): number
  /** Whether the share of readings is not spent; a limit that was reached is another matter. */
  mayRead(): boolean
  /** Counts a request that is about to be sent. */
  spend(points: number): void
  /** Learns from an answer that was no refusal. */
  answered(status: number, headers: Headers): void
  /** Learns from a refusal for a limit; returns how long to wait, in milliseconds. */
  throttled(headers: Headers): number
}

const POINTS_PER_MINUTE = 900
const READING_POINTS = POINTS_PER_MINUTE / 2
const KEPT_SHARE = 0.2
/** Readings may run ahead of an even pace by this share of the hour. */
const BURST_SHARE = 0.2
const MINUTE = 60_000
const HOUR = 3_600_000
const LONGEST_WAIT = HOUR

interface Hour {
  readonly limit: number
  readonly remaining: number
  readonly resetsAt: number
}

export function createLimits(clock: Clock): Limits {
  let blockedUntil = 0
  let refusals = 0
  let window: { readonly at: number; readonly points: number }[] = []
  let hour: Hour | undefined
  let paid = 0
  let paidAt = clock.monotonic()

  function spentInMinute(): number {
    const from = clock.monotonic() - MINUTE
    window = window.filter((entry) => entry.at > from)
    return window.reduce((sum, entry) => sum + entry.points, 0)
  }

  /** A leaky bucket: fills with every paid answer, empties at the pace of the hour's share for readings. */
  function debt(limit: number): number {
    const now = clock.monotonic()
    const pace = (limit * (1 - KEPT_SHARE)) / HOUR
    paid = Math.max(0, paid - (now - paidAt) * pace)
    paidAt = now
    return paid
  }

  return {
    blockedMs: () => Math.max(0, blockedUntil - clock.monotonic()),
    mayRead: () => {
      if (spentInMinute() >= READING_POINTS) return false
      if (!hour) return true
      const over = clock.monotonic() >= hour.resetsAt
      if (!over && hour.remaining < hour.limit * KEPT_SHARE) return false
      return debt(hour.limit) < hour.limit * BURST_SHARE
    },
    spend: (points) => {
      const at = clock.monotonic()
      const last = window.at(-1)
      // Entries of one second are one, so that the list stays short.
      if (last && at - last.at < 1000) window[window.length - 1] = { at: last.at, points: last.points + points }
      else window.push({ at, points })
    },
    answered: (status, headers) => {
      refusals = 0
      hour = readHour(headers, clock) ?? hour
      if (status === 304 || !hour) return
      debt(hour.limit)
      paid += 1
    },
    throttled: (headers) => {
      refusals += 1
      const wait = waitMs(headers, refusals)
      blockedUntil = Math.max(blockedUntil, clock.monotonic() + wait)
      return wait
    },
  }
}

/** `retry-after` first, then the hour's reset, else a minute that doubles with each refusal in a row. */
export function waitMs(headers: Headers, refusals: number): number {
  const retryAfter = Number(headers['retry-after'])
  if (Number.isFinite(retryAfter) && retryAfter > 0) return Math.min(LONGEST_WAIT, retryAfter * 1000)
  if (Number(headers['x-ratelimit-remaining']) === 0) {
    const reset = untilReset(headers)
    if (reset !== undefined) return reset
  }
  return Math.min(LONGEST_WAIT, MINUTE * 2 ** Math.min(refusals - 1, 10))
}

function readHour(headers: Headers, clock: Clock): Hour | undefined {
  const limit = Number(headers['x-ratelimit-limit'])
  const remaining = Number(headers['x-ratelimit-remaining'])
  if (!(limit > 0) || !(remaining >= 0)) return undefined
  return { limit, remaining, resetsAt: clock.monotonic() + (untilReset(headers) ?? HOUR) }
}

/** Counted between two of GitHub's own times, so that a wrong clock here changes nothing. */
function untilReset(headers: Headers): number | undefined {
  const reset = Number(headers['x-ratelimit-reset']) * 1000
  const date = Date.parse(String(headers['date']))
  if (!(reset > 0) || Number.isNaN(date)) return undefined
  return Math.min(LONGEST_WAIT, Math.max(1000, reset - date + 1000))
}
