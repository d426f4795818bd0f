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
  /**
   * Moves every deadline by as much as the moment at which it was set, after a jump of the wall clock: one that was set
   * since stands right, though it lies in the future.
   */
  move(to: (at: number) => number): void
}

interface Entry {
  readonly backoff: Backoff
  readonly setAt: number
}

export function createBackoffs(clock: Clock, random: () => number = Math.random, usualMs = 1000): Backoffs {
  const entries = new Map<string, Entry>()
  const find = (target: string): Backoff | undefined => entries.get(target)?.backoff
  return {
    fail(target, error, baseMs = usualMs) {
      const failures = (find(target)?.failures ?? 0) + 1
      const delay = withJitter(backoffMs(failures, baseMs), random)
      const least = error instanceof Throttled ? error.retryAfterMs : 0
      const message = error instanceof Error ? error.message : String(error)
      const setAt = clock.wall()
      const backoff = { target, failures, until: setAt + Math.max(delay, least), error: message }
      entries.set(target, { backoff, setAt })
    },
    ok: (target) => void entries.delete(target),
    wait: (target) => Math.max(0, (find(target)?.until ?? 0) - clock.wall()),
    failures: (target) => find(target)?.failures ?? 0,
    list: () => Array.from(entries.values(), ({ backoff }) => backoff),
    move(to) {
      for (const [target, { backoff, setAt }] of entries) {
        const now = to(setAt)
        entries.set(target, { backoff: { ...backoff, until: backoff.until + now - setAt }, setAt: now })
      }
    },
  }
}
