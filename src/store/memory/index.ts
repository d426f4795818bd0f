import { StoreUnavailable } from '../../domain/errors.ts'
import type { Agent } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { JournalEntry } from '../../domain/journal.ts'
import type { JobQuery, JournalQuery, Records, RecordTable, Store } from '../../domain/ports/store.ts'
import type { WaitGroup } from '../../domain/plan.ts'
import type { Token } from '../../domain/token.ts'
import { checkVersions } from '../conflict.ts'
import { searchText, searchWords } from '../search.ts'
import { applyAll } from './apply.ts'
import { costs, runs } from './ledger.ts'
import { prune } from './prune.ts'
import { emptyTables, type RecordRow, type Tables } from './tables.ts'

/**
 * The store of tests and simulations: the same semantics as a file, kept in this process only. Records go in and come
 * out as JSON, so that nobody shares an object with it.
 */
export function createMemoryStore(): Store {
  const tables = emptyTables()
  let closed = false

  function whileOpen<T>(run: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (closed) throw new StoreUnavailable('The store is closed.')
      resolve(run())
    })
  }

  return {
    commit: (changes) =>
      whileOpen(() => {
        checkVersions(changes)
        applyAll(tables, changes)
      }),
    live: (table) => whileOpen(() => live(tables, table)),
    ended: (table, since) => whileOpen(() => ended(tables, table, since)),
    get: (table, key) => whileOpen(() => parseRow(table, tables[table].get(key))),
    jobs: (query) => whileOpen(() => jobs(tables, query)),
    agentsOn: (machine, limit) => whileOpen(() => agentsOn(tables, machine).slice(0, limit)),
    journal: (query) => whileOpen(() => journal(tables, query)),
    known: (source, deliveries) =>
      whileOpen(() => {
        const stored = tables.delivery.get(source)
        return new Set(deliveries.filter((delivery) => stored?.has(delivery)))
      }),
    tail: (agent) => whileOpen(() => tables.tail.get(agent)?.text),
    setting: (key) => whileOpen(() => tables.setting.get(key)),
    waits: () => whileOpen(() => JSON.parse(tables.waits) as WaitGroup[]),
    tokens: () => whileOpen(() => [...tables.token].sort(byName).map(([, body]) => JSON.parse(body) as Token)),
    meters: () => whileOpen(() => new Map(tables.ledger.meters)),
    openRuns: () =>
      whileOpen(() => structuredClone([...tables.ledger.runs.values()].filter(({ doneAt }) => doneAt === undefined))),
    costs: (query) => whileOpen(() => costs(tables.ledger, query)),
    runs: (query) => whileOpen(() => runs(tables.ledger, query)),
    prune: (table, before, limit) => whileOpen(() => prune(tables, table, before, limit)),
    close: () => {
      closed = true
      return Promise.resolve()
    },
  }
}

function parseRow<T extends RecordTable>(_table: T, row: RecordRow | undefined): Records[T] | undefined {
  return row && (JSON.parse(row.body) as Records[T])
}

function live<T extends RecordTable>(tables: Tables, table: T): Records[T][] {
  return [...tables[table].values()]
    .filter((row) => row.overAt === null)
    .map((row) => JSON.parse(row.body) as Records[T])
}

function ended<T extends RecordTable>(tables: Tables, table: T, since: number): Records[T][] {
  return [...tables[table].values()]
    .filter(({ overAt }) => overAt !== null && overAt >= since)
    .map((row) => JSON.parse(row.body) as Records[T])
}

function jobs(tables: Tables, query: JobQuery): Job[] {
  const all = [...tables.job.values()].map((row) => JSON.parse(row.body) as Job).sort(newestFirst)
  const last = all.findIndex((job) => job.key === query.after)
  if (query.after !== undefined && last < 0) return []
  return all
    .slice(last + 1)
    .filter((job) => query.state === undefined || job.state === query.state)
    .filter((job) => query.source === undefined || job.source === query.source)
    .filter((job) => query.repository === undefined || job.repository === query.repository)
    .filter((job) => searchWords(query.search ?? '').every((word) => searchText(job).includes(word)))
    .slice(0, query.limit)
}

function agentsOn(tables: Tables, machine: string): Agent[] {
  return [...tables.agent.values()]
    .map((row) => JSON.parse(row.body) as Agent)
    .filter((agent) => agent.machine === machine)
    .sort((a, b) => b.createdAt - a.createdAt || (a.key < b.key ? 1 : -1))
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1
}

function newestFirst(a: Job, b: Job): number {
  return b.receivedAt - a.receivedAt || (a.key < b.key ? 1 : -1)
}

function journal(tables: Tables, query: JournalQuery): JournalEntry[] {
  return tables.journal
    .filter((entry) => query.subject === undefined || entry.subject === query.subject)
    .filter((entry) => query.kind === undefined || entry.kind === query.kind)
    .filter((entry) => query.since === undefined || entry.at >= query.since)
    .reverse()
    .sort((a, b) => b.at - a.at)
    .slice(0, query.limit)
}
