import type { Dirent } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dayOfLog, isDayBefore } from '../../domain/ports/archive.ts'
import type { FileCall } from './calls.ts'
import { codeOf } from './errors.ts'
import { partial } from './put.ts'

export interface Pruning {
  readonly call: FileCall
  readonly root: string
  readonly owner: string
  readonly before: number
  readonly limit: number
}

/** Removes the logs of days that are over, with what cut-off attempts left and the folders that are empty then. */
export async function prune(pruning: Pruning): Promise<number> {
  const { call, root, owner, before, limit } = pruning
  let removed = 0
  for (const day of await entries(call, join(root, owner))) {
    if (removed >= limit) break
    if (day.isDirectory() && isDayBefore(day.name, before))
      removed += await emptyOut({ ...pruning, limit: limit - removed }, `${owner}/${day.name}`)
  }
  return removed
}

/** Links are not followed, and what we would not have made stays, with its folder. */
async function emptyOut(pruning: Pruning, folder: string): Promise<number> {
  const { call, root, owner, limit } = pruning
  let removed = 0
  for (const entry of await entries(call, join(root, folder))) {
    if (removed >= limit) return removed
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) removed += await emptyOut({ ...pruning, limit: limit - removed }, name)
    const isLog = entry.isFile() && dayOfLog(owner, name) !== undefined
    if (!isLog && !(entry.isFile() && partial.test(entry.name))) continue
    await call('removing a log', () => rm(join(root, name), { force: true }))
    if (isLog) removed++
  }
  await call('removing an empty folder', () => removeIfEmpty(join(root, folder)))
  return removed
}

async function entries(call: FileCall, folder: string): Promise<Dirent[]> {
  return call('listing', async () => {
    try {
      return await readdir(folder, { withFileTypes: true })
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw error
    }
  })
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) throw error
  }
}
