import { Transient } from '../../domain/errors.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import { within } from '../../kit/deadline.ts'
import { fileError } from './errors.ts'

/** Runs one call of the file system: it settles in time and rejects with errors of the port. */
export type FileCall = <T>(what: string, run: () => Promise<T>) => Promise<T>

/**
 * A share whose server is gone lets a call hang for ever, and each such call holds one of the process's few threads for
 * files and name look-ups. So nothing more is asked while one hangs that is overdue.
 */
export function createFileCalls(clock: Clock, root: string, deadlineMs: number): FileCall {
  let overdue = 0
  return async (what, run) => {
    if (overdue > 0) throw new Transient(`${what}: ${root} does not answer (an earlier call still hangs)`)
    let late = false
    const call = async (): Promise<Awaited<ReturnType<typeof run>>> => {
      try {
        return await run()
      } finally {
        if (late) overdue--
      }
    }
    const onLate = (): void => {
      late = true
      overdue++
    }
    try {
      return await within(clock, deadlineMs, what, call, onLate)
    } catch (error) {
      throw fileError(error, what, root)
    }
  }
}
