import { accessSync, constants, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite3, { type Database } from 'better-sqlite3'
import { StoreUnusable } from '../../../domain/errors.ts'
import { isBusy } from '../errors.ts'
import { describeHolder, forgetHolder, noteHolder } from './holder.ts'
import { isBehind, refuseForeign, refuseNewer } from './schema.ts'

/** Up to this size the file is read through at every start, which takes well under a second. */
const CHECKED_SIZE = 256 * 1024 * 1024

export interface Opened {
  readonly database: Database
  /** Its schema was older, or it was empty. */
  readonly migrated: boolean
}

/** Opens the file for this process alone, checks it and brings its schema up to date. Errors: see errors.ts. */
export async function openDatabase(path: string): Promise<Opened> {
  makeFile(path)
  const file = realpathSync(path)
  // SQLite would open it read-only without a word, and fail later with another.
  accessSync(file, constants.R_OK | constants.W_OK)
  accessSync(dirname(file), constants.W_OK | constants.X_OK)
  const database = new BetterSqlite3(file, { timeout: 0 })
  try {
    lock(database, file)
    noteHolder(file)
  } catch (error) {
    database.close()
    throw error
  }
  try {
    return { database, migrated: await prepare(database, file) }
  } catch (error) {
    closeDatabase(database)
    throw error
  }
}

/** Nothing is changed in a file that is refused. */
async function prepare(database: Database, path: string): Promise<boolean> {
  if (statSync(path).size <= CHECKED_SIZE) check(database)
  refuseForeign(database, path)
  refuseNewer(database, path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('temp_store = MEMORY')
  // In pages, 64 MB: a checkpoint holds up commits, so it is rare; the log shrinks again after a burst.
  database.pragma('wal_autocheckpoint = 16000')
  database.pragma('journal_size_limit = 67108864')
  if (!isBehind(database)) return false
  const { migrate } = await import('./migrations.ts')
  await migrate(database)
  return true
}

/** Closes what is open: everything goes from the log into the file, and the lock goes. */
export function closeDatabase(database: Database): void {
  try {
    forgetHolder(database.name)
  } finally {
    database.close()
  }
}

/**
 * Only this user may read the store: it holds secrets of jobs and of the owner. A file that is there is never opened
 * here: closing it again would drop this process's locks on it, if it is open already.
 */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw error
  }
}

/**
 * With exclusive locking SQLite keeps the operating system's lock on the file until it is closed or the process ends,
 * and needs no shared memory beside it (which on a full disk would be a fatal signal instead of an error).
 */
function lock(database: Database, path: string): void {
  try {
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('begin exclusive; commit')
  } catch (error) {
    if (!isBusy(error)) throw error
    throw new StoreUnusable(
      `The store ${path} is held by ${describeHolder(path)}. One process has a store at a time: ` +
        `stop that one, or give this one another store.path.`,
      { cause: error },
    )
  }
}

function check(database: Database): void {
  const findings = database.prepare<[], string>('pragma quick_check(1)').pluck().all()
  if (findings[0] === 'ok') return
  const words = findings.join('; ').replace(/\s+/g, ' ')
  throw Object.assign(new Error(words), { code: 'SQLITE_CORRUPT' })
}
