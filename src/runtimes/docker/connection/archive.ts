import { buffer } from 'node:stream/consumers'
import { pack, type Header } from 'tar-stream'

type Entry = Pick<Header, 'name' | 'mode'>

/** A tar of one file, as the engine takes it. */
export function archiveOfFile(entry: Entry, content: string): Promise<Buffer> {
  const archive = pack()
  archive.entry(entry, content)
  archive.finalize()
  return buffer(archive)
}

/** A tar of one empty folder: put over one that is there, it changes its mode. */
export function archiveOfFolder(entry: Entry): Promise<Buffer> {
  const archive = pack()
  archive.entry({ ...entry, type: 'directory' })
  archive.finalize()
  return buffer(archive)
}
