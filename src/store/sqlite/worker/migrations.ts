import type { Database } from 'better-sqlite3'
import { Kysely, SqliteDialect, sql, type CreateTableBuilder } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { createLedger } from './migrations-ledger.ts'
import { createSearch } from './migrations-search.ts'
import { APPLICATION_ID, type schemas } from './schema.ts'

/** One that has been released never changes. */
const migrations: Record<(typeof schemas)[number], Migration> = {
  '0001-records': { up: createRecords },
  '0002-ledger': { up: createLedger },
  '0003-search': { up: createSearch },
}

/** Brings the file to the newest schema. */
export async function migrate(database: Database): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  database.pragma(`application_id = ${APPLICATION_ID}`)
  const { error } = await migrator.migrateToLatest()
  if (error) throw error instanceof Error ? error : new Error('The migration failed.', { cause: error })
}

async function createRecords(db: Kysely<unknown>): Promise<void> {
  for (const table of ['agent', 'registration', 'container', 'machine']) {
    await recordTable(db, table).execute()
    await db.schema.createIndex(`${table}_over`).on(table).column('over_at').execute()
  }
  await createJobs(db)
  await createHistory(db)
  await createSmall(db)
}

function recordTable(db: Kysely<unknown>, table: string): CreateTableBuilder<string> {
  return db.schema
    .createTable(table)
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('over_at', 'integer')
    .addColumn('body', 'text', (column) => column.notNull())
}

/** Jobs are paged newest first, whole or filtered: each filter has its own index in that order. */
async function createJobs(db: Kysely<unknown>): Promise<void> {
  await recordTable(db, 'job')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('received_at', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('job_over').on('job').column('over_at').execute()
  await db.schema.createIndex('job_received').on('job').columns(['received_at', 'key']).execute()
  for (const filter of ['state', 'source', 'repository']) {
    await db.schema.createIndex(`job_${filter}`).on('job').columns([filter, 'received_at', 'key']).execute()
  }
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('delivery')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('delivery', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('delivery_key', ['source', 'delivery'])
    .modifyEnd(sql`without rowid`)
    .execute()
  await db.schema.createIndex('delivery_at').on('delivery').column('at').execute()
  await db.schema
    .createTable('journal')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('journal_at').on('journal').column('at').execute()
  await db.schema.createIndex('journal_subject').on('journal').columns(['subject', 'at']).execute()
  await db.schema.createIndex('journal_kind').on('journal').columns(['kind', 'at']).execute()
}

async function createSmall(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('tail')
    .addColumn('agent', 'text', (column) => column.primaryKey().notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('tail_at').on('tail').column('at').execute()
  await db.schema
    .createTable('setting')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('waits')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('token')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute()
}
