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
 * Settles as `call` does, but within `ms`: a dead peer can leave a promise pending for ever. `onLate` hears of it.
 */
export function within<T>(
  clock: Timers,
  ms: number,
  what: string,
  call: () => Promise<T>,
  onLate?: (error: DeadlineExceeded) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.timer(ms, () => {
      const error = new DeadlineExceeded(what, ms)
      reject(error)
      onLate?.(error)
    })
    call().then(resolve, reject).finally(cancel)
  })
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
  return within(
    clock,
    ms,
    what,
    () => call(controller.signal),
    (error) => controller.abort(error),
  )
}
