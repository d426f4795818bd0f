import type { Database } from 'better-sqlite3'
import type { JobQuery, JournalQuery, Prunable } from '../../../domain/ports/store.ts'
import type { Calls, SqlValue } from '../protocol.ts'
import { createLedgerQueries, pruneLedgerQueries } from './ledger-queries.ts'

/** A statement and the values of its question marks, in order. */
export interface Query {
  readonly source: string
  readonly values: readonly SqlValue[]
}

/** All that reads or prunes. */
export function createQueries(database: Database): Omit<Calls, 'commit' | 'close'> {
  /** The first column of every row. */
  function column({ source, values }: Query): string[] {
    return database.prepare<[readonly SqlValue[]], string>(source).pluck().all(values)
  }
  const remove = ({ source, values }: Query) => database.prepare<[readonly SqlValue[]]>(source).run(values).changes
  const one = (source: string, value: SqlValue) => column({ source, values: [value] })[0]

  return {
    live: (table) => column({ source: `select body from ${table} where over_at is null`, values: [] }),
    get: (table, key) => one(`select body from ${table} where key = ?`, key),
    ended: (table, since) => column({ source: `select body from ${table} where over_at >= ?`, values: [since] }),
    jobs: (query) => column(jobsQuery(query)),
    journal: (query) => column(journalQuery(query)),
    known: (source, deliveries) => column(knownQuery(source, deliveries)),
    tail: (agent) => one('select text from tail where agent = ?', agent),
    setting: (key) => one('select value from setting where key = ?', key),
    waits: () => one('select body from waits where id = ?', 1),
    tokens: () => column({ source: 'select body from token order by name', values: [] }),
    prune: (table, before, limit) => {
      if (table !== 'ledger') return remove(pruneQuery(table, before, limit))
      const { charges, runs, work } = pruneLedgerQueries(before, limit)
      const removed = remove(charges) + remove(runs)
      remove(work)
      return removed
    },
    ...createLedgerQueries(database),
  }
}

export function jobsQuery({ state, source, repository, after, limit }: JobQuery): Query {
  return page('job', 'received_at desc, key desc', limit, [
    ['state = ?', state],
    ['source = ?', source],
    ['repository = ?', repository],
    ['(received_at, key) < (select received_at, key from job where key = ?)', after],
  ])
}

export function journalQuery({ subject, kind, since, limit }: JournalQuery): Query {
  return page('journal', 'at desc, id desc', limit, [
    ['subject = ?', subject],
    ['kind = ?', kind],
    ['at >= ?', since],
  ])
}

/** Conditions without a value are left out. */
function page(table: string, order: string, limit: number, conditions: [string, SqlValue | undefined][]): Query {
  const given = conditions.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  const where = given.length > 0 ? `where ${given.map(({ condition }) => condition).join(' and ')}` : ''
  const source = `select body from ${table} ${where} order by ${order} limit ?`
  return { source, values: [...given.map(({ value }) => value), limit] }
}

/** The list goes in as one JSON parameter: SQLite limits their number. */
function knownQuery(source: string, deliveries: readonly string[]): Query {
  return {
    source: 'select delivery from delivery where source = ? and delivery in (select value from json_each(?))',
    values: [source, JSON.stringify(deliveries)],
  }
}

export function pruneQuery(table: Exclude<Prunable, 'ledger'>, before: number, limit: number): Query {
  const at = table === 'delivery' || table === 'journal' || table === 'tail' ? 'at' : 'over_at'
  return { source: `delete from ${table} where ${at} < ? order by ${at} limit ?`, values: [before, limit] }
}
