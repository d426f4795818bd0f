import type { Clock } from '../../domain/ports/clock.ts'
import { withDeadline } from '../../kit/deadline.ts'
import { blobError, type Where } from './errors.ts'

/** One request within the deadline, or until `signal` is aborted; rejects with errors of the port. */
export type BlobCall = <T>(
  what: string,
  run: (abortSignal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>

export function createBlobCall(clock: Clock, where: Where, deadlineMs: number): BlobCall {
  return async (what, run, signal) => {
    try {
      return await withDeadline(clock, deadlineMs, where.container, (deadline) =>
        run(signal ? AbortSignal.any([signal, deadline]) : deadline),
      )
    } catch (error) {
      signal?.throwIfAborted()
      throw blobError(error, what, where)
    }
  }
}
