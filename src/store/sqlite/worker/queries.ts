import type { Database } from 'better-sqlite3'
import type { JobQuery, JournalQuery, Prunable } from '../../../domain/ports/store.ts'
import { searchWords } from '../../search.ts'
import type { Calls, SqlValue } from '../protocol.ts'
import { createLedgerQueries, pruneLedgerQueries } from './ledger-queries.ts'
import type { Query } from './query.ts'

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
    ended: (table, since) => column({ source: `select body from ${table} where over_at >= ?`, values: [since] }),
    get: (table, key) => one(`select body from ${table} where key = ?`, key),
    jobs: (query) => column(query.search === undefined ? jobsQuery(query) : searchQuery(query, query.search)),
    agentsOn: (machine, limit) => column(agentsOnQuery(machine, limit)),
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

/** Walks the narrow rows newest first, and reads only those jobs in whose text all words are. */
export function searchQuery({ state, source, repository, after, limit }: JobQuery, search: string): Query {
  const words = searchWords(search)
  const given = [
    ...words.map((word) => ['found.text glob ?', globOf(word)] as const),
    ['job.state = ?', state] as const,
    ['job.source = ?', source] as const,
    ['job.repository = ?', repository] as const,
    ['(found.received_at, found.key) < (select received_at, key from job where key = ?)', after] as const,
  ].flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  const where = given.length > 0 ? `where ${given.map(({ condition }) => condition).join(' and ')}` : ''
  const from = 'job_search as found cross join job on job.key = found.key'
  return {
    source: `select job.body from ${from} ${where} order by found.received_at desc, found.key desc limit ?`,
    values: [...given.map(({ value }) => value), limit],
  }
}

/** Anything with the word in it. Rows are passed over a third faster than by `instr`. */
function globOf(word: string): string {
  return `*${word.replace(/[*?[]/g, '[$&]')}*`
}

export function agentsOnQuery(machine: string, limit: number): Query {
  const from = 'agent_machine as found cross join agent on agent.key = found.key'
  const source = `select agent.body from ${from} where found.machine = ? order by found.created_at desc, found.key desc limit ?`
  return { source, values: [machine, limit] }
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
