import { endWith } from './exit.ts'
import type { Io } from './io.ts'

/** What a process ends with that a signal ended. */
export const INTERRUPTED = { SIGINT: 130, SIGTERM: 143 } as const

/** Runs until done; the first SIGINT or SIGTERM aborts its signal, so that it cleans up, the second ends it at once. */
export async function untilInterrupted<T>(io: Io, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const atOnce = Promise.withResolvers<never>()
  const onSignal = (name: 'SIGINT' | 'SIGTERM') => () => {
    if (controller.signal.aborted) atOnce.reject(endWith(INTERRUPTED[name]))
    else controller.abort(new Error(`interrupted by ${name}`))
  }
  const stopListening = [io.onSignal('SIGINT', onSignal('SIGINT')), io.onSignal('SIGTERM', onSignal('SIGTERM'))]
  try {
    return await Promise.race([run(controller.signal), atOnce.promise])
  } finally {
    for (const stop of stopListening) stop()
  }
}
