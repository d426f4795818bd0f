import type { Clock } from '../../../domain/ports/clock.ts'
import { backoffMs, withJitter } from '../../../kit/backoff.ts'

/** When the next reading is due. */
export interface Rhythm {
  due(): boolean
  began(): void
  /** It came to its end. `brisk`: one of our agents may be given work at any moment. */
  took(brisk: boolean): void
  /** It failed: the next ones come slower. `leastMs`: not sooner than the controller asks for. */
  failed(leastMs: number): void
  /** Something is new over there: soon. */
  nudge(): void
}

/** While an agent is idle, and after a nudge. */
const BRISK_MS = 1000
/** Between two tries while the controller is down. */
const MOST_MS = 30_000

/** Every `intervalMs`, a tenth more or less, so that several controllers are not read in step. */
export function createRhythm(clock: Clock, intervalMs: number): Rhythm {
  let beganAt = -Infinity
  let nextAt = -Infinity
  let nudged = false
  let failures = 0

  function after(ms: number): void {
    nextAt = beganAt + 0.9 * ms + withJitter(0.2 * ms)
  }

  return {
    due: () => clock.monotonic() >= nextAt,
    began() {
      beganAt = clock.monotonic()
      nudged = false
      after(intervalMs)
    },
    took(brisk) {
      failures = 0
      after(brisk || nudged ? Math.min(BRISK_MS, intervalMs) : intervalMs)
    },
    failed(leastMs) {
      failures += 1
      nextAt = clock.monotonic() + Math.max(leastMs, withJitter(backoffMs(failures, intervalMs, MOST_MS)))
    },
    nudge() {
      nudged = true
      if (failures === 0) nextAt = Math.min(nextAt, beganAt + BRISK_MS)
    },
  }
}
