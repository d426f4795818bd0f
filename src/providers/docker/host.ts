import type { Clock } from '../../domain/ports/clock.ts'
import { withDeadline } from '../../kit/deadline.ts'
import type { EngineApi } from './engine/api.ts'
import { engineError } from './engine/errors.ts'

/** The engine that machines are containers of. */
export interface Host {
  readonly url: string
  readonly docker: EngineApi
  /** What this engine can do, learnt from what it refuses. */
  readonly abilities: { privileged: boolean }
}

/** Milliseconds after which a call is given up. */
export const deadlines = { look: 15_000, make: 90_000, remove: 60_000, stop: 60_000, examine: 15_000 } as const

/** A machine's engine is told to stop and killed after this long. */
export const STOP_GRACE_S = 30

/** Runs calls of the engine within `ms`; rejects only with errors of the port. */
export async function within<T>(
  { clock }: { readonly clock: Clock },
  ms: number,
  what: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(clock, ms, what, run)
  } catch (error) {
    throw engineError(error, what)
  }
}
