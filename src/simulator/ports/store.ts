import { StoreUnavailable } from '../../domain/errors.ts'
import type { JournalEntry } from '../../domain/journal.ts'
import type { Store } from '../../domain/ports/store.ts'
import { never, type Life } from '../time/life.ts'

/**
 * The store as one process sees it: it outlives the process, takes nothing while it is not available, and does not
 * answer the dead. `onJournal` hears of all that is written down of its deeds.
 */
export function createMortalStore(
  store: Store,
  life: Life,
  available: () => boolean,
  onJournal: (entry: JournalEntry) => void,
): Store {
  return {
    ...store,
    async commit(changes) {
      if (!life.dead) life.onStep('before commit')
      if (life.dead) return never()
      if (!available()) throw new StoreUnavailable('the disk is full')
      await store.commit(changes)
      for (const change of changes) if (change.kind === 'journal') onJournal(change.entry)
      if (!life.dead) life.onStep('after commit')
      return life.dead ? never() : undefined
    },
  }
}
