import { Throttled } from '../../../domain/errors.ts'
import type { Clock } from '../../../domain/ports/clock.ts'
import { withDeadline } from '../../../kit/deadline.ts'
import type { WriteBudget } from './budget.ts'
import { typedError } from './errors.ts'

/** Calls within a deadline, whose failures say what to do next. */
export interface Calls {
  /** `what` begins the message of a failure: `listing machines of fleet spot`. */
  read<T>(what: string, run: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** The same, and counted against the subscription's budget. */
  write<T>(what: string, run: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export function createCalls(clock: Clock, budget: WriteBudget, deadlineMs: number): Calls {
  async function call<T>(what: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await withDeadline(clock, deadlineMs, 'Azure', run)
    } catch (error) {
      throw typedError(error, what, clock.wall())
    }
  }
  return {
    read: call,
    async write(what, run) {
      budget.take(what)
      try {
        return await call(what, run)
      } catch (error) {
        if (error instanceof Throttled) budget.hold(error.retryAfterMs)
        throw error
      }
    },
  }
}
