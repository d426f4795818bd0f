import { StoreUnavailable, StoreUnusable } from '../../domain/errors.ts'
import type { Failure } from './protocol.ts'

interface Cause {
  /** Prefixes of codes of SQLite and of the operating system. */
  readonly codes: readonly string[]
  readonly reason: string
  readonly mend: string
}

const causes: readonly Cause[] = [
  {
    codes: ['SQLITE_FULL', 'ENOSPC', 'EDQUOT'],
    reason: 'the disk is full',
    mend: 'Make room on its file system; nothing else has to be done.',
  },
  {
    codes: ['SQLITE_READONLY', 'SQLITE_PERM', 'EROFS', 'EACCES', 'EPERM'],
    reason: 'the file or its directory is read-only for this user',
    mend: 'Give this user write permission to the file and its directory, on a file system mounted for writing.',
  },
  {
    codes: ['SQLITE_NOTADB'],
    reason: 'it is no SQLite database, or its beginning is damaged',
    mend: 'Check store.path; restore the file from a copy, or move it away to begin anew.',
  },
  {
    codes: ['SQLITE_CORRUPT'],
    reason: 'the file is damaged',
    mend: 'Stop Slipway, then restore the file from a copy, or rescue it with `sqlite3 FILE .recover`, or move it away to begin anew.',
  },
  {
    codes: ['ENOENT', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'SQLITE_CANTOPEN'],
    reason: 'no file can be made or opened there',
    mend: 'Check store.path: its directory must be a directory that this user may write, and the path no directory.',
  },
  {
    codes: ['SQLITE_BUSY', 'SQLITE_LOCKED'],
    reason: 'another program has it open',
    mend: 'Close that program (`fuser FILE` names it).',
  },
  {
    codes: ['SQLITE_IOERR', 'EIO'],
    reason: 'the disk fails',
    mend: 'Look at the kernel log and replace the disk.',
  },
  { codes: ['SQLITE_NOMEM', 'ENOMEM'], reason: 'there is no memory left', mend: 'Give Slipway more memory.' },
]

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** What is wrong with the file and how to mend it, in two sentences with the code for searching. */
function explain(error: unknown): string {
  const code = codeOf(error)
  const cause = causes.find(({ codes }) => codes.some((prefix) => code.startsWith(prefix)))
  const words = error instanceof Error ? error.message : String(error)
  if (!cause) return `${words}${code && ` (${code})`}.`
  return `${cause.reason} (${code}: ${words}). ${cause.mend}`
}

/** True if the file's content is at fault, and not room, rights or the disk's mood. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))
}

export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY')
}

/** Why the store at `path` can't be opened. */
export function openingFailure(error: unknown, path: string): Failure {
  if (error instanceof StoreUnusable) return { error: 'StoreUnusable', message: error.message }
  return { error: 'StoreUnusable', message: `The store ${path} can't be opened: ${explain(error)}` }
}

/** Why a commit was not kept. */
export function commitFailure(error: unknown, path: string): Failure {
  return { error: 'StoreUnavailable', message: `The store ${path} takes nothing: ${explain(error)}` }
}

/** Why a query or the pruning was not carried out; trying again helps unless the file is damaged. */
export function queryFailure(error: unknown, path: string): Failure {
  const kind = isDamage(error) ? 'StoreUnusable' : 'StoreUnavailable'
  return { error: kind, message: `The store ${path} can't be used: ${explain(error)}` }
}

export function toError({ error, message }: Failure): Error {
  return error === 'StoreUnusable' ? new StoreUnusable(message) : new StoreUnavailable(message)
}
