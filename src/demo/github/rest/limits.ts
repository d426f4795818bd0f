import type { Clock } from '../../../domain/ports/clock.ts'
import { Refusal } from './answer.ts'
import type { Caller } from './operation.ts'

/** GitHub's primary rate limit: so many requests an hour, counted per installation and for the App itself. */
export interface Limits {
  /** Counts one request; throws `Refusal` 403 when none are left. */
  spend(caller: Caller): void
  /** A request answered 304 does not count. */
  refund(caller: Caller): void
  headers(caller: Caller): Readonly<Record<string, string>>
  /** Leaves `remaining` requests until `resetInMs` from now. */
  set(installationId: number, remaining: number, resetInMs: number): void
}

const HOUR_MS = 3_600_000

interface Window {
  used: number
  resetAt: number
}

export function createLimits(clock: Clock, requestsPerHour: number): Limits {
  const windows = new Map<string, Window>()

  function current(key: string): Window {
    const known = windows.get(key)
    if (known && known.resetAt > clock.wall()) return known
    const fresh = { used: 0, resetAt: clock.wall() + HOUR_MS }
    windows.set(key, fresh)
    return fresh
  }

  function headers(caller: Caller): Record<string, string> {
    const { used, resetAt } = current(keyOf(caller))
    return {
      'x-ratelimit-limit': String(requestsPerHour),
      'x-ratelimit-remaining': String(Math.max(0, requestsPerHour - used)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
      'x-ratelimit-resource': 'core',
    }
  }

  return {
    spend(caller) {
      const window = current(keyOf(caller))
      if (window.used >= requestsPerHour) {
        throw new Refusal(403, `API rate limit exceeded for ${keyOf(caller)}.`, headers(caller))
      }
      window.used += 1
    },
    refund(caller) {
      current(keyOf(caller)).used -= 1
    },
    headers,
    set(installationId, remaining, resetInMs) {
      const key = `installation ID ${installationId}`
      windows.set(key, { used: requestsPerHour - remaining, resetAt: clock.wall() + resetInMs })
    },
  }
}

function keyOf(caller: Caller): string {
  return caller.kind === 'installation' ? `installation ID ${caller.installation.id}` : caller.kind
}
