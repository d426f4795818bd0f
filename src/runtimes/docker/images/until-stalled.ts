import { DeadlineExceeded } from '../../../kit/deadline.ts'
import type { Engine } from '../context.ts'

/** Settles when `run` does, or once nothing has moved for as long as the deadline of a pull. */
export function untilStalled(
  engine: Pick<Engine, 'clock' | 'deadlines'>,
  what: string,
  run: (signal: AbortSignal, moved: () => void) => Promise<void>,
): Promise<void> {
  const { clock, deadlines } = engine
  const controller = new AbortController()
  return new Promise((resolve, reject) => {
    const stalled = () => {
      const error = new DeadlineExceeded(`${what} (no progress)`, deadlines.pull)
      reject(error)
      controller.abort(error)
    }
    let cancel = clock.timer(deadlines.pull, stalled)
    const moved = () => {
      cancel()
      cancel = clock.timer(deadlines.pull, stalled)
    }
    run(controller.signal, moved)
      .then(resolve, reject)
      .finally(() => cancel())
  })
}
