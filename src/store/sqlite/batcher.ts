import type { Clock } from '../../domain/clock.ts'
import { StoreUnavailable } from '../../domain/errors.ts'
import type { Logger } from '../../domain/logger.ts'
import type { Batch, Outcome } from './protocol.ts'

/** So that one transaction stays short, and a store that hangs doesn't fill the memory with what waits for it. */
const MAX_GROUP = 1000
const MAX_WAITING = 20_000
const SLOW_MS = 1000

export interface Batcher {
  commit(batch: Batch): Promise<Outcome>
  /** Resolves once nothing waits and nothing is under way. */
  idle(): Promise<void>
}

interface Waiting {
  readonly batch: Batch
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: unknown) => void
}

interface BatcherDeps {
  readonly send: (batches: readonly Batch[]) => Promise<Outcome[]>
  readonly clock: Clock
  readonly logger?: Logger
}

/** Collects the batches that arrive while others are under way, and sends them together. */
export function createBatcher({ send, clock, logger }: BatcherDeps): Batcher {
  let waiting: Waiting[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP)
      waiting = waiting.slice(MAX_GROUP)
      const began = clock.monotonic()
      await settle(group)
      const ms = Math.round(clock.monotonic() - began)
      if (ms > SLOW_MS) logger?.warn({ ms, batches: group.length }, 'store is slow')
    }
    running = undefined
  }

  async function settle(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await send(group.map(({ batch }) => batch))
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[index]
        if (outcome === undefined) reject(new StoreUnavailable('The store gave no answer for a batch.'))
        else resolve(outcome)
      }
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  return {
    commit(batch) {
      if (waiting.length >= MAX_WAITING) {
        return Promise.reject(new StoreUnavailable(`The store is too slow: ${waiting.length} commits wait for it.`))
      }
      return new Promise((resolve, reject) => {
        waiting.push({ batch, resolve, reject })
        running ??= Promise.resolve().then(run)
      })
    },
    idle: () => running ?? Promise.resolve(),
  }
}
