import type { Prunable } from '../../domain/ports/store.ts'
import type { Context } from '../context.ts'

export interface Retention {
  /** Milliseconds after which what is over is removed. */
  readonly jobsMs: number
  readonly journalMs: number
  readonly deliveriesMs: number
  readonly ledgerMs: number
}

const batch = 500

/** Removes what is over and old, in small batches, so that no commit waits long behind one. */
export async function prune(context: Context, retention: Retention): Promise<number> {
  const ages: [Prunable, number][] = [
    ['job', retention.jobsMs],
    ['agent', retention.jobsMs],
    ['registration', retention.jobsMs],
    ['container', retention.jobsMs],
    ['machine', retention.jobsMs],
    ['tail', retention.jobsMs],
    ['journal', retention.journalMs],
    ['delivery', retention.deliveriesMs],
    ['ledger', retention.ledgerMs],
  ]
  // A clock that was set ahead must not make everything old at once.
  const now = context.clock.wall() - context.known.jumpedMs
  let removed = 0
  for (const [table, ageMs] of ages) {
    const before = now - ageMs
    let count = batch
    while (count === batch) {
      count = await context.store.prune(table, before, batch)
      removed += count
    }
  }
  return removed
}
