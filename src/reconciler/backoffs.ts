import type { Clock } from '../domain/ports/clock.ts'
import { Throttled } from '../domain/errors.ts'
import type { Backoff } from '../domain/plan.ts'
import { backoffMs, withJitter } from '../kit/backoff.ts'

/** What is in trouble (rule 10). Kept in memory: after a restart everything is tried once, at once. */
export interface Backoffs {
  /** `baseMs`: the first delay, if not the usual one. */
  fail(target: string, error: unknown, baseMs?: number): void
  ok(target: string): void
  /** Milliseconds until the target may be tried; 0 when now. */
  wait(target: string): number
  failures(target: string): number
  list(): Backoff[]
  /** Moves every deadline, after a jump of the wall clock. */
  move(to: (until: number) => number): void
}

export function createBackoffs(clock: Clock, random: () => number = Math.random, usualMs = 1000): Backoffs {
  const entries = new Map<string, Backoff>()
  return {
    fail(target, error, baseMs = usualMs) {
      const failures = (entries.get(target)?.failures ?? 0) + 1
      const delay = withJitter(backoffMs(failures, baseMs), random)
      const least = error instanceof Throttled ? error.retryAfterMs : 0
      const message = error instanceof Error ? error.message : String(error)
      entries.set(target, { target, failures, until: clock.wall() + Math.max(delay, least), error: message })
    },
    ok: (target) => void entries.delete(target),
    wait: (target) => Math.max(0, (entries.get(target)?.until ?? 0) - clock.wall()),
    failures: (target) => entries.get(target)?.failures ?? 0,
    list: () => [...entries.values()],
    move(to) {
      for (const [target, entry] of entries) entries.set(target, { ...entry, until: to(entry.until) })
    },
  }
}
