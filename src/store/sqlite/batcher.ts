import type { Clock } from '../../domain/ports/clock.ts'
import { StoreUnavailable } from '../../domain/errors.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { Batch, Outcome } from './protocol.ts'

/** So many are worth a flush of their own: they go at once, while their callers still bring more. */
const ENOUGH = 16
/** One group that the store works on and one that waits for it: the thread never waits for us, nor flushes too often. */
const MAX_UNDER_WAY = 2
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

/** Collects the batches that arrive together, or while others are under way, and sends them as groups, in order. */
export function createBatcher({ send, clock, logger }: BatcherDeps): Batcher {
  let waiting: Waiting[] = []
  let underWay = 0
  let due = false
  let idlers: (() => void)[] = []

  function flush(): void {
    while (waiting.length > 0 && underWay < MAX_UNDER_WAY) {
      const group = waiting.slice(0, MAX_GROUP)
      waiting = waiting.slice(MAX_GROUP)
      underWay++
      void settle(group).then(afterGroup)
    }
  }

  function afterGroup(): void {
    underWay--
    flush()
    if (underWay > 0 || waiting.length > 0) return
    for (const resolve of idlers) resolve()
    idlers = []
  }

  /** Whatever else comes in this turn of the event loop goes with it. */
  function flushSoon(): void {
    if (due) return
    due = true
    setImmediate(() => {
      due = false
      flush()
    })
  }

  async function settle(group: readonly Waiting[]): Promise<void> {
    const began = clock.monotonic()
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
    const ms = Math.round(clock.monotonic() - began)
    if (ms > SLOW_MS) logger?.warn({ ms, batches: group.length }, 'store is slow')
  }

  return {
    commit(batch) {
      if (waiting.length >= MAX_WAITING) {
        return Promise.reject(new StoreUnavailable(`The store is too slow: ${waiting.length} commits wait for it.`))
      }
      return new Promise((resolve, reject) => {
        waiting.push({ batch, resolve, reject })
        if (waiting.length >= ENOUGH) flush()
        else flushSoon()
      })
    },
    idle: () =>
      underWay === 0 && waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve)),
  }
}
