import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { FileCall } from './calls.ts'

/** What an attempt that was cut off leaves; `prune` takes it away with its day. */
export const partial = /^\..+\.part$/

/**
 * Writes a file that is there whole or not at all, also after a loss of power: under another name first, flushed, then
 * renamed, and the directories flushed. Returns its size.
 */
export async function writeWhole(
  call: FileCall,
  root: string,
  path: string,
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  const folder = dirname(path)
  await call('making the folder', () => mkdir(folder, { recursive: true, mode: 0o700 }))
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  try {
    const bytes = await writeTo(call, temporary, content, signal)
    await call('giving the file its name', () => rename(temporary, path))
    for (const each of foldersTo(root, folder)) await call('flushing the folder', () => flush(each))
    return bytes
  } catch (error) {
    // If even that fails, it goes with its day.
    await call('removing what was begun', () => rm(temporary, { force: true })).catch(() => undefined)
    throw error
  }
}

async function writeTo(
  call: FileCall,
  path: string,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const file = await call('opening a file', () => open(path, 'wx', 0o600))
  let bytes = 0
  try {
    for await (const chunk of content) {
      signal?.throwIfAborted()
      await call('writing', () => writeAll(file, chunk))
      bytes += chunk.length
    }
    await call('flushing the file', () => file.sync())
  } finally {
    await call('closing the file', () => file.close())
  }
  return bytes
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length;)
    written += (await file.write(chunk, written, chunk.length - written)).bytesWritten
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The folder and those above it up to the root: any of them may have been made just now. */
function foldersTo(root: string, folder: string): string[] {
  const steps = relative(root, folder).split('/').filter(Boolean)
  return [root, ...steps.map((_step, index) => join(root, ...steps.slice(0, index + 1)))].toReversed()
}
