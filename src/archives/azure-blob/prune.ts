import type { ContainerClient } from '@azure/storage-blob'
import { dayOfLog, isDayBefore } from '../../domain/ports/archive.ts'
import type { BlobCall } from './calls.ts'
import { OWNER } from './put.ts'

/** Requests at a time. */
const abreast = 8

export interface Pruning {
  readonly call: BlobCall
  readonly client: ContainerClient
  readonly prefix: string
  readonly owner: string
  readonly before: number
  readonly limit: number
}

/** Removes the blobs of days that are over: those that carry our owner's mark under a name that we would give. */
export async function prune(pruning: Pruning): Promise<number> {
  let removed = 0
  for (const day of await daysBefore(pruning)) {
    const left = pruning.limit - removed
    if (left <= 0) break
    const names = await logsOf(pruning, day, left)
    for (let from = 0; from < names.length; from += abreast)
      await Promise.all(names.slice(from, from + abreast).map((name) => remove(pruning, name)))
    removed += names.length
  }
  return removed
}

/** Prefixes of the days, oldest first. */
async function daysBefore({ call, client, prefix, owner, before }: Pruning): Promise<string[]> {
  const own = `${prefix}${owner}/`
  return call('listing days', async (abortSignal) => {
    const days: string[] = []
    for await (const item of client.listBlobsByHierarchy('/', { prefix: own, abortSignal }))
      if (item.kind === 'prefix' && isDayBefore(item.name.slice(own.length, -1), before)) days.push(item.name)
    return days
  })
}

async function logsOf({ call, client, prefix, owner }: Pruning, day: string, limit: number): Promise<string[]> {
  return call('listing logs', async (abortSignal) => {
    const names: string[] = []
    for await (const { name, metadata } of client.listBlobsFlat({ prefix: day, includeMetadata: true, abortSignal })) {
      const isOurs = dayOfLog(owner, name.slice(prefix.length)) !== undefined && metadata?.[OWNER] === owner
      if (isOurs) names.push(name)
      if (names.length === limit) break
    }
    return names
  })
}

async function remove({ call, client }: Pruning, name: string): Promise<void> {
  await call('removing a log', (abortSignal) =>
    client.getBlobClient(name).deleteIfExists({ deleteSnapshots: 'include', abortSignal }),
  )
}
