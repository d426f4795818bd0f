import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NotFound } from '../../domain/errors.ts'
import { dayOfLog, type Archive } from '../../domain/ports/archive.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import { createFileCalls, type FileCall } from './calls.ts'
import { examine } from './examine.ts'
import { prune } from './prune.ts'
import { writeWhole } from './put.ts'
import type { DirectoryArchiveConfig } from './schema.ts'

export interface DirectoryArchiveOptions {
  readonly owner: string
  readonly clock: Clock
  /** Of one call of the file system. */
  readonly deadlineMs?: number
}

const DEADLINE_MS = 30_000
const CHUNK = 256 * 1024

/** Logs as plain files below a directory, for this user only: 0600, folders 0700. */
export function createDirectoryArchive(
  config: DirectoryArchiveConfig,
  { owner, clock, deadlineMs = DEADLINE_MS }: DirectoryArchiveOptions,
): Archive {
  const root = resolve(config.path)
  const call = createFileCalls(clock, root, deadlineMs)
  return {
    kind: 'directory',
    async put({ name, content }, signal) {
      const path = join(root, checked(owner, name))
      return { bytes: await writeWhole(call, root, path, content, signal), url: pathToFileURL(path).href }
    },
    get: (name) => openLog(call, join(root, checked(owner, name))),
    prune: (before, limit) => prune({ call, root, owner, before, limit }),
    examine: () => examine(call, root, owner),
  }
}

/** Names become paths: none that we did not give leads anywhere. */
function checked(owner: string, name: string): string {
  if (dayOfLog(owner, name) === undefined) throw new NotFound(`${name} is no log of ${owner}`)
  return name
}

async function openLog(call: FileCall, path: string): Promise<AsyncIterable<Uint8Array>> {
  const file = await call('opening a log', () => open(path, 'r'))
  return (async function* () {
    try {
      for (;;) {
        const { bytesRead, buffer } = await call('reading a log', () => file.read(Buffer.alloc(CHUNK), 0, CHUNK))
        if (bytesRead === 0) return
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  })()
}
