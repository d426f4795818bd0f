import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { DoctorFinding } from '../../domain/ports/doctor.ts'
import { roundBytes } from '../../kit/units.ts'
import type { FileCall } from './calls.ts'
import { writeWhole } from './put.ts'

const about = 'archive'
/** Less room than this is worth a word. */
const scarce = 2 ** 30

/** Writes, reads, lists and removes a small file. */
export async function examine(call: FileCall, root: string, owner: string): Promise<DoctorFinding[]> {
  const folder = join(root, owner)
  const name = `probe-${randomBytes(6).toString('hex')}`
  try {
    await writeWhole(call, root, join(folder, name), bytesOf(name))
    const read = await call('reading', () => readFile(join(folder, name), 'utf8'))
    const listed = await call('listing', () => readdir(folder))
    await call('removing', () => rm(join(folder, name)))
    if (read !== name || !listed.includes(name)) return [failed(`${root} does not give back what was written to it`)]
  } catch (error) {
    return [failed(error instanceof Error ? error.message : String(error))]
  }
  const { bavail, bsize } = await call('asking for free space', () => statfs(root))
  const fine: DoctorFinding = { about, level: 'ok', finding: `logs can be written below ${root}` }
  if (bavail * bsize >= scarce) return [fine]
  const mend = 'make room, shorten `archive.retention`, or give `archive.directory.path` a disk of its own'
  return [fine, { about, level: 'warning', finding: `${root} has only ${roundBytes(bavail * bsize)} left`, mend }]
}

function failed(finding: string): DoctorFinding {
  const mend = 'Slipway’s user must be able to make folders and files below `archive.directory.path`'
  return { about, level: 'error', finding, mend }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
