import type { Database } from 'better-sqlite3'
import { StoreUnusable } from '../../../domain/errors.ts'

/** Written into the file's header, so that another program's database is not taken for ours. "SLPW" */
export const APPLICATION_ID = 0x534c5057

/** Every schema there has been, in order; the number in front is its version. `migrations.ts` makes them. */
export const schemas = ['0001-records', '0002-ledger', '0003-search'] as const

/** Whether the file has yet to be brought to the newest schema. */
export function isBehind(database: Database): boolean {
  return executedMigrations(database).length < schemas.length
}

/** Throws StoreUnusable for a database that has tables but is none of ours. */
export function refuseForeign(database: Database, path: string): void {
  const tables = database.prepare<[], number>('select count(*) from sqlite_schema').pluck().get() ?? 0
  const id = database.pragma('application_id', { simple: true })
  if (tables === 0 || id === APPLICATION_ID) return
  throw new StoreUnusable(`${path} is the database of another program. Give Slipway a store.path of its own.`)
}

/** Throws StoreUnusable for a file that a newer Slipway has written. */
export function refuseNewer(database: Database, path: string): void {
  const unknown = executedMigrations(database).filter((name) => !schemas.some((known) => known === name))
  if (unknown.length === 0) return
  const theirs = Math.max(...unknown.map(schemaVersion))
  const ours = Math.max(...schemas.map(schemaVersion))
  throw new StoreUnusable(
    `${path} has schema ${theirs}, this Slipway knows schemas up to ${ours}. ` +
      `Run the Slipway that wrote it or a newer one, or restore a copy of the file from before the upgrade.`,
  )
}

function executedMigrations(database: Database): string[] {
  const begun = database.prepare(`select 1 from sqlite_schema where name = 'kysely_migration'`).get()
  if (!begun) return []
  return database.prepare<[], string>('select name from kysely_migration order by name').pluck().all()
}

function schemaVersion(name: string): number {
  return Number.parseInt(name, 10)
}
