import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Readable } from 'node:stream'
import { pack, type Pack } from 'tar-stream'

/** A file of this machine that goes into the image at its own path, or a link. */
export type Part =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }

/** Folders that an engine wants to find. */
const FOLDERS: readonly (readonly [name: string, mode: number])[] = [
  ['etc', 0o755],
  ['proc', 0o755],
  ['root', 0o700],
  ['run', 0o755],
  ['sys', 0o755],
  ['tmp', 0o1777],
  ['usr/local/bin', 0o755],
  ['var/lib', 0o755],
  ['var/log', 0o755],
  ['var/tmp', 0o1777],
]

const TEXTS: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/group': 'root:x:0:\ndocker:x:999:\nnogroup:x:65534:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
}

/** All parts as one tar, written as it is read. A part that can't be read fails the stream. */
export function archiveOf(parts: readonly Part[]): Readable {
  const archive = pack()
  fill(archive, parts).catch((error: unknown) => archive.destroy(error instanceof Error ? error : undefined))
  return archive as unknown as Readable
}

async function fill(archive: Pack, parts: readonly Part[]): Promise<void> {
  for (const [name, mode] of FOLDERS) archive.entry({ name, mode, type: 'directory' })
  for (const [name, content] of Object.entries(TEXTS)) archive.entry({ name }, content)
  for (const part of parts) {
    const name = part.path.slice(1)
    if (part.kind === 'link') archive.entry({ name, type: 'symlink', linkname: part.to })
    else await addFile(archive, name, part.path)
  }
  archive.finalize()
}

async function addFile(archive: Pack, name: string, path: string): Promise<void> {
  const { size, mode, mtime } = await stat(path)
  const entry = archive.entry({ name, size, mode: mode & 0o777, mtime })
  const ended = once(entry, 'close')
  await pipeline(createReadStream(path), entry)
  await ended
}
