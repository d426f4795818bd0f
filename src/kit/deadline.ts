interface Timers {
  timer(ms: number, run: () => void): () => void
}

/** The call did not answer in time. What it did is unknown: look before doing it again. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded'
  readonly what: string
  readonly ms: number
  constructor(what: string, ms: number) {
    super(`${what} did not answer within ${ms} ms`)
    this.what = what
    this.ms = ms
  }
}

/**
 * Runs `call` and settles within `ms` whatever it does: a dead peer can leave a promise pending for ever.
 * The signal is aborted at the deadline, so that a well-behaved call frees its socket.
 */
export function withDeadline<T>(
  clock: Timers,
  ms: number,
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.timer(ms, () => {
      const error = new DeadlineExceeded(what, ms)
      reject(error)
      controller.abort(error)
    })
    call(controller.signal).then(resolve, reject).finally(cancel)
  })
}
