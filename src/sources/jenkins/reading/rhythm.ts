import type { Clock } from '../../../domain/ports/clock.ts'
import { withJitter } from '../../../kit/backoff.ts'

/** When the next reading is due. */
export interface Rhythm {
  due(): boolean
  /** A reading began just now. `brisk`: one of our agents may be given work at any moment. */
  took(brisk: boolean): void
  /** Something is new over there: soon. */
  nudge(): void
}

/** While an agent is idle, and after a nudge. */
const BRISK_MS = 1000

/** Every `intervalMs`, a tenth more or less, so that several controllers are not read in step. */
export function createRhythm(clock: Clock, intervalMs: number): Rhythm {
  let lastAt = -Infinity
  let nextAt = -Infinity
  return {
    due: () => clock.monotonic() >= nextAt,
    took(brisk) {
      lastAt = clock.monotonic()
      const ms = brisk ? Math.min(BRISK_MS, intervalMs) : intervalMs
      nextAt = lastAt + 0.9 * ms + withJitter(0.2 * ms)
    },
    nudge: () => void (nextAt = Math.min(nextAt, lastAt + BRISK_MS)),
  }
}
