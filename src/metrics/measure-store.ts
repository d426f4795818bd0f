import type { Change, Records, RecordTable, Store } from '../domain/store.ts'
import type { MeasureCall } from './calls.ts'
import type { Instruments } from './instruments.ts'

/** What the committed changes say of jobs and agents. */
export interface ChangeWatcher {
  onLoaded<T extends RecordTable>(table: T, records: readonly Records[T][]): void
  onCommitted(change: Change): void
}

export type MeasureStore = (store: Store) => Store

/** Times the store and counts what it kept; everything that ever happens passes here. */
export function createStoreMeter(make: Instruments, measure: MeasureCall, watcher: ChangeWatcher): MeasureStore {
  const changes = make.counter('store_changes_total', 'Changes that were stored.', ['kind'])
  const journal = make.counter('journal_entries_total', 'Lines of the journal.', ['kind', 'outcome'])
  const pruned = make.counter('store_pruned_rows_total', 'Rows removed for their age.', ['table'])
  const timed = <T>(verb: string, call: () => Promise<T>): Promise<T> => measure('store', verb, call)

  function count(change: Change): void {
    changes.inc({ kind: change.kind === 'put' ? change.table : change.kind })
    if (change.kind === 'journal') journal.inc({ kind: change.entry.kind, outcome: change.entry.outcome })
    watcher.onCommitted(change)
  }

  return (store) => ({
    async commit(batch) {
      await timed('commit', () => store.commit(batch))
      for (const change of batch) count(change)
    },
    async live(table) {
      const records = await timed('live', () => store.live(table))
      watcher.onLoaded(table, records)
      return records
    },
    get: (table, key) => timed('get', () => store.get(table, key)),
    jobs: (query) => timed('jobs', () => store.jobs(query)),
    journal: (query) => timed('journal', () => store.journal(query)),
    known: (source, deliveries) => timed('known', () => store.known(source, deliveries)),
    tail: (agent) => timed('tail', () => store.tail(agent)),
    setting: (key) => timed('setting', () => store.setting(key)),
    waits: () => timed('waits', () => store.waits()),
    tokens: () => timed('tokens', () => store.tokens()),
    async prune(table, before, limit) {
      const rows = await timed('prune', () => store.prune(table, before, limit))
      pruned.inc({ table }, rows)
      return rows
    },
    close: () => store.close(),
  })
}
