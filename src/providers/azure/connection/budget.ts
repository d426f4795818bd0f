import { Throttled } from '../../../domain/errors.ts'
import type { Clock } from '../../../domain/ports/clock.ts'

/** How much may be changed in a subscription: Azure counts for all who share one, and punishes for minutes. */
export interface WriteBudget {
  /** Counts one write. Throws Throttled, with when to come again, if it is one too many for now. */
  take(what: string): void
  /** Azure itself has had enough: nothing is written for as long as it said. */
  hold(ms: number): void
}

const MINUTE_MS = 60_000

/** At most `perMinute` writes in any 60 seconds. */
export function createWriteBudget(clock: Pick<Clock, 'monotonic'>, perMinute: number): WriteBudget {
  let times: number[] = []
  let heldUntil = 0
  return {
    take(what) {
      const now = clock.monotonic()
      times = times.filter((at) => at > now - MINUTE_MS)
      const oldest = times[0]
      const waitMs = Math.max(
        heldUntil - now,
        times.length >= perMinute && oldest !== undefined ? oldest + MINUTE_MS - now : 0,
      )
      if (waitMs > 0) {
        throw new Throttled(
          `${what}: the subscription's ${perMinute} writes a minute are used up for now`,
          Math.ceil(waitMs),
        )
      }
      times.push(now)
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.monotonic() + ms)
    },
  }
}
