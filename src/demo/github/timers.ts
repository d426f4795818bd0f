import type { Clock } from '../../domain/ports/clock.ts'

/** Timers that all end at once when the stand-in closes. */
export interface Timers {
  /** Runs `run` after `ms`; the result cancels it. */
  after(ms: number, run: () => void): () => void
  /** Resolves after `ms`, or at once when the stand-in closes. */
  pause(ms: number): Promise<void>
  stop(): void
}

export function createTimers(clock: Clock): Timers {
  const pending = new Set<{ cancel: () => void; onStop?: () => void }>()
  let stopped = false

  function start(ms: number, run: () => void, onStop?: () => void): () => void {
    if (stopped) {
      onStop?.()
      return () => {}
    }
    const cancel = clock.timer(ms, () => {
      pending.delete(entry)
      run()
    })
    const entry = { cancel, onStop }
    pending.add(entry)
    return () => {
      pending.delete(entry)
      cancel()
    }
  }

  return {
    after: (ms, run) => start(ms, run),
    pause: (ms) => (ms <= 0 ? Promise.resolve() : new Promise((resolve) => void start(ms, resolve, resolve))),
    stop() {
      stopped = true
      for (const { cancel, onStop } of pending) {
        cancel()
        onStop?.()
      }
      pending.clear()
    },
  }
}
