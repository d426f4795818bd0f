import type { Clock } from '../../src/domain/clock.ts'

/** A clock that stands still until it is told otherwise. */
export interface ManualClock extends Clock {
  /** Moves on, running what falls due, in order. */
  advance(ms: number): void
  /** Timers that wait. */
  pending(): number
}

export function createManualClock(wall = 1_800_000_000_000): ManualClock {
  let elapsed = 0
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()

  function next(until: number) {
    return [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
  }

  return {
    wall: () => wall + elapsed,
    monotonic: () => elapsed,
    timer(ms, run) {
      const timer = { at: elapsed + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const end = elapsed + ms
      for (let due = next(end); due; due = next(end)) {
        timers.delete(due)
        elapsed = due.at
        due.run()
      }
      elapsed = end
    },
    pending: () => timers.size,
  }
}
