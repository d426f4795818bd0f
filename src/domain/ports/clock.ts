/** The only way to read the time. Wall time is for people and storage, monotonic time for durations. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  wall(): number
  /** Milliseconds since some fixed moment; never jumps. */
  monotonic(): number
  /** Runs `run` once after `ms`; the result cancels it and may be called at any time. */
  timer(ms: number, run: () => void): () => void
}
