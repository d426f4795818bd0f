import type { Database } from 'better-sqlite3'
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  type Compilable,
} from 'kysely'
import type { JobQuery, JournalQuery, Prunable } from '../../../domain/ports/store.ts'
import type { Calls } from '../protocol.ts'
import type { Tables } from './tables.ts'

/** Kysely only writes the SQL here: better-sqlite3 runs it synchronously. */
const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** All that reads or prunes. */
export function createQueries(database: Database): Omit<Calls, 'commit' | 'close'> {
  /** The first column of every row. */
  function column<T>(query: Compilable): T[] {
    const { sql: source, parameters } = query.compile()
    return database.prepare<[readonly unknown[]], T>(source).pluck().all(parameters)
  }

  return {
    live: (table) => column(db.selectFrom(table).select('body').where('over_at', 'is', null)),
    get: (table, key) => column<string>(db.selectFrom(table).select('body').where('key', '=', key))[0],
    jobs: (query) => column(jobsQuery(query)),
    journal: (query) => column(journalQuery(query)),
    known: (source, deliveries) => column(knownQuery(source, deliveries)),
    tail: (agent) => column<string>(db.selectFrom('tail').select('text').where('agent', '=', agent))[0],
    setting: (key) => column<string>(db.selectFrom('setting').select('value').where('key', '=', key))[0],
    waits: () => column<string>(db.selectFrom('waits').select('body'))[0],
    tokens: () => column(db.selectFrom('token').select('body').orderBy('name')),
    prune: (table, before, limit) => {
      const { sql: source, parameters } = pruneQuery(table, before, limit).compile()
      return database.prepare<[readonly unknown[]]>(source).run(parameters).changes
    },
  }
}

export function jobsQuery({ state, source, repository, after, limit }: JobQuery): Compilable {
  return db
    .selectFrom('job')
    .select('body')
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? ''))
    .$if(source !== undefined, (query) => query.where('source', '=', source ?? ''))
    .$if(repository !== undefined, (query) => query.where('repository', '=', repository ?? ''))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(received_at, key) < (select received_at, key from job where key = ${after})`),
    )
    .orderBy('received_at', 'desc')
    .orderBy('key', 'desc')
    .limit(limit)
}

export function journalQuery({ subject, kind, since, limit }: JournalQuery): Compilable {
  return db
    .selectFrom('journal')
    .select('body')
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? ''))
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
    .$if(since !== undefined, (query) => query.where('at', '>=', since ?? 0))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
}

/** The list goes in as one JSON parameter: SQLite limits their number. */
function knownQuery(source: string, deliveries: readonly string[]): Compilable {
  return db
    .selectFrom('delivery')
    .select('delivery')
    .where('source', '=', source)
    .where('delivery', 'in', sql<string>`(select value from json_each(${JSON.stringify(deliveries)}))`)
}

export function pruneQuery(table: Prunable, before: number, limit: number): Compilable {
  if (table === 'delivery' || table === 'journal' || table === 'tail') {
    return db.deleteFrom(table).where('at', '<', before).orderBy('at').limit(limit)
  }
  return db.deleteFrom(table).where('over_at', '<', before).orderBy('over_at').limit(limit)
}
