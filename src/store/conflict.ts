import { Conflict } from '../domain/errors.ts'
import type { Change } from '../domain/ports/store.ts'
import type { AnyPut } from './over.ts'

/** Throws Conflict if a put's own version is not one more than the one it expects: no store has to be asked. */
export function checkVersions(changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind === 'put' && change.record.version !== nextVersion(change)) throw conflictOf(change)
  }
}

function nextVersion({ expect }: AnyPut): number {
  return expect ? expect.version + 1 : 1
}

/** What to tell the writer of a change that was refused. */
export function conflictOf(change: Change | undefined): Conflict {
  if (change?.kind === 'delivery') {
    return new Conflict(`Delivery ${change.delivery} of source ${change.source} is stored already.`)
  }
  if (change?.kind === 'charges') {
    const { machine, from } = change.meter
    const stood = from === null ? 'not begun' : `at ${new Date(from).toISOString()}`
    return new Conflict(
      `The meter of machine ${machine} is no longer ${stood}, or the run of a job charged is not stored.`,
    )
  }
  if (change?.kind !== 'put') return new Conflict('The batch conflicts with what is stored.')
  const { table, record, expect } = change
  const name = `${table} ${record.key}`
  if (record.version !== nextVersion(change)) {
    return new Conflict(`The new version of ${name} is ${record.version}, it must be ${nextVersion(change)}.`)
  }
  if (!expect) return new Conflict(`The ${name} exists already.`)
  return new Conflict(`The ${name} is no longer ${expect.state} at version ${expect.version}.`)
}
