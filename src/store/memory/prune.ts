import type { Prunable } from '../../domain/ports/store.ts'
import { pruneLedger } from './ledger.ts'
import type { Tables } from './tables.ts'

/** Removes at most `limit` rows that were over before `before`, the oldest first; how many it removed. */
export function prune(tables: Tables, table: Prunable, before: number, limit: number): number {
  switch (table) {
    case 'journal': {
      const old = oldest(tables.journal, (entry) => entry.at, before, limit)
      tables.journal = tables.journal.filter((entry) => !old.has(entry))
      return old.size
    }
    case 'delivery': {
      const rows = [...tables.delivery.values()].flatMap((stored) =>
        [...stored].map(([key, at]) => ({ stored, key, at })),
      )
      const old = oldest(rows, (row) => row.at, before, limit)
      for (const { stored, key } of old) stored.delete(key)
      return old.size
    }
    case 'tail':
      return pruneMap(tables.tail, (row) => row.at, before, limit)
    case 'ledger':
      return pruneLedger(tables.ledger, before, limit)
    case 'job':
    case 'agent':
    case 'registration':
    case 'container':
    case 'machine':
      return pruneMap(tables[table], (row) => row.overAt, before, limit)
  }
}

function pruneMap<V>(map: Map<string, V>, at: (row: V) => number | null, before: number, limit: number): number {
  const old = oldest([...map], ([, row]) => at(row), before, limit)
  for (const [key] of old) map.delete(key)
  return old.size
}

function oldest<R>(rows: readonly R[], at: (row: R) => number | null, before: number, limit: number): Set<R> {
  const over = rows.flatMap((row) => {
    const when = at(row)
    return when !== null && when < before ? [{ row, when }] : []
  })
  const first = over.sort((a, b) => a.when - b.when).slice(0, limit)
  return new Set(first.map(({ row }) => row))
}
