import type { Database } from 'better-sqlite3'
import { commitFailure, isDamage } from '../errors.ts'
import type { Batch, Failure, Outcome } from '../protocol.ts'
import { prepareWrites } from './statements.ts'

/**
 * Applies batches in one transaction, so that they share one flush. Each has a savepoint of its own: a conflict undoes
 * that batch alone. If the transaction itself fails, every batch fails, those with a conflict too: what they conflict
 * with may have been in this very transaction.
 */
export function createGroupCommit(database: Database, path: string): (batches: readonly Batch[]) => Outcome[] {
  const writes = prepareWrites(database)
  const begin = database.prepare('begin immediate')
  const commit = database.prepare('commit')
  const rollback = database.prepare('rollback')
  const savepoint = database.prepare('savepoint batch')
  const release = database.prepare('release batch')
  const undo = database.prepare('rollback to batch')
  /** Once damage has been met nothing more is written: it could only grow. */
  let damage: Failure | undefined

  return function commitGroup(batches) {
    if (damage) return fill(batches, damage)
    try {
      if (database.inTransaction) rollback.run()
      begin.run()
      const outcomes = batches.map(applyBatch)
      commit.run()
      return outcomes
    } catch (error) {
      const failure = commitFailure(error, path)
      if (isDamage(error)) damage = failure
      if (database.inTransaction) rollback.run()
      return fill(batches, failure)
    }
  }

  function applyBatch(batch: Batch): Outcome {
    savepoint.run()
    const conflict = batch.findIndex((write) => !apply(write))
    if (conflict >= 0) undo.run()
    release.run()
    return conflict < 0 ? 'kept' : conflict
  }

  function apply([name, values]: Batch[number]): boolean {
    const { statement, guarded } = writes[name]
    return statement.run(values).changes > 0 || !guarded
  }
}

function fill(batches: readonly Batch[], failure: Failure): Outcome[] {
  return batches.map(() => failure)
}
