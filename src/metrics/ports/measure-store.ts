import type { Change, Records, RecordTable, Store } from '../../domain/ports/store.ts'
import type { MeasureCall } from './calls.ts'
import type { Instruments } from '../instruments.ts'

/** Learns from records as they are loaded, and from changes once they are stored. */
export interface ChangeWatcher {
  onLoaded<T extends RecordTable>(table: T, records: readonly Records[T][]): void
  onCommitted(change: Change): void
  /** What may come is known: counters of what seldom happens begin at zero, or nobody would see their first increase. */
  expect?(names: ExpectedNames): void
}

/** Of the configuration in use. */
export interface ExpectedNames {
  readonly sources: readonly string[]
  /** Fleets whose machines come and go. */
  readonly elasticFleets: readonly string[]
}

export type MeasureStore = (store: Store) => Store

/** Times the store and counts what it kept; everything that ever happens passes here. */
export function createStoreMeter(
  make: Instruments,
  measure: MeasureCall,
  watchers: readonly ChangeWatcher[],
): MeasureStore {
  const changes = make.counter('store_changes_total', 'Changes that were stored.', ['kind'])
  const journal = make.counter('journal_entries_total', 'Lines of the journal.', ['kind', 'outcome'])
  const pruned = make.counter('store_pruned_rows_total', 'Rows removed for their age.', ['table'])

  function count(change: Change): void {
    changes.inc({ kind: change.kind === 'put' ? change.table : change.kind })
    if (change.kind === 'journal') journal.inc({ kind: change.entry.kind, outcome: change.entry.outcome })
    for (const watcher of watchers) watcher.onCommitted(change)
  }

  return (store) => ({
    async commit(batch) {
      await measure('commit', () => store.commit(batch))
      for (const change of batch) count(change)
    },
    async live(table) {
      const records = await measure('live', () => store.live(table))
      for (const watcher of watchers) watcher.onLoaded(table, records)
      return records
    },
    ended: (table, since) => measure('ended', () => store.ended(table, since)),
    get: (table, key) => measure('get', () => store.get(table, key)),
    jobs: (query) => measure('jobs', () => store.jobs(query)),
    agentsOn: (machine, limit) => measure('agentsOn', () => store.agentsOn(machine, limit)),
    journal: (query) => measure('journal', () => store.journal(query)),
    known: (source, deliveries) => measure('known', () => store.known(source, deliveries)),
    tail: (agent) => measure('tail', () => store.tail(agent)),
    setting: (key) => measure('setting', () => store.setting(key)),
    waits: () => measure('waits', () => store.waits()),
    tokens: () => measure('tokens', () => store.tokens()),
    meters: () => measure('meters', () => store.meters()),
    openRuns: () => measure('openRuns', () => store.openRuns()),
    costs: (query) => measure('costs', () => store.costs(query)),
    runs: (query) => measure('runs', () => store.runs(query)),
    async prune(table, before, limit) {
      const rows = await measure('prune', () => store.prune(table, before, limit))
      pruned.inc({ table }, rows)
      return rows
    },
    close: () => store.close(),
  })
}
