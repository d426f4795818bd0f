import type { Clock } from '../../../domain/ports/clock.ts'
import type { Logger } from '../../../domain/ports/logger.ts'

export interface Aged<T> {
  readonly value: T
  /** Our wall time when it was read. */
  readonly at: number
}

export interface AgedOptions<T> {
  readonly clock: Pick<Clock, 'wall' | 'monotonic'>
  readonly logger: Logger
  readonly what: string
  readonly maxAgeMs: number
  readonly read: () => Promise<T>
}

/**
 * A value that is read again once it is old. Those who ask meanwhile share one reading; if that fails, the old value
 * is better than none. Rejects only if there has never been one.
 */
export function createAged<T>({ clock, logger, what, maxAgeMs, read }: AgedOptions<T>): () => Promise<Aged<T>> {
  let known: { readonly held: Aged<T>; readonly since: number } | undefined
  let underWay: Promise<Aged<T>> | undefined

  async function refresh(): Promise<Aged<T>> {
    const since = clock.monotonic()
    const at = clock.wall()
    try {
      const held = { value: await read(), at }
      known = { held, since }
      return held
    } catch (error) {
      if (!known) throw error
      logger.warn({ what, error: String(error), readAt: known.held.at }, 'an old reading is used on')
      return known.held
    } finally {
      underWay = undefined
    }
  }

  return async () => {
    if (known && clock.monotonic() - known.since < maxAgeMs) return known.held
    return (underWay ??= refresh())
  }
}
