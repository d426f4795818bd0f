import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Small file systems of a test's own, for faults that only a real disk has. All are gone after `remove`. */
export interface Mounts {
  /** A file system in memory of so many KiB. */
  small(kib: number): Promise<string>
  grow(directory: string, kib: number): Promise<void>
  /** A file system in an image file, which can be frozen. */
  disk(): Promise<string>
  freeze(directory: string): Promise<void>
  thaw(directory: string): Promise<void>
  /** Does what the kernel does when the disk errs: nothing more can be written. */
  abort(directory: string): Promise<void>
  /** The directory once more, read-only. */
  readOnly(directory: string): Promise<string>
  remove(): Promise<void>
}

/** True if this user may mount; the faults can't be made without. */
export async function canMount(): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const mounts = await createMounts()
  try {
    await mounts.disk()
    return true
  } catch {
    return false
  } finally {
    await mounts.remove()
  }
}

export async function createMounts(): Promise<Mounts> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-mounts-'))
  const mounted: string[] = []
  const frozen = new Set<string>()

  async function mount(...options: string[]): Promise<string> {
    const directory = join(root, `mount${mounted.length}`)
    await mkdir(directory)
    await run('mount', [...options, directory])
    mounted.push(directory)
    return directory
  }

  async function thaw(directory: string): Promise<void> {
    await run('fsfreeze', ['--unfreeze', directory])
    frozen.delete(directory)
  }

  return {
    small: (kib) => mount('-t', 'tmpfs', '-o', `size=${kib}k,mode=700`, 'tmpfs'),
    grow: async (directory, kib) => void (await run('mount', ['-o', `remount,size=${kib}k`, directory])),
    async disk() {
      const image = join(root, `image${mounted.length}`)
      await writeFile(image, '')
      await truncate(image, 16 * 1024 * 1024)
      await run('mkfs.ext4', ['-q', image])
      return await mount('-o', 'loop', image)
    },
    async freeze(directory) {
      await run('fsfreeze', ['--freeze', directory])
      frozen.add(directory)
    },
    thaw,
    abort: async (directory) => void (await run('mount', ['-o', 'remount,abort', directory])),
    async readOnly(directory) {
      const copy = await mount('--bind', directory)
      await run('mount', ['-o', 'remount,ro,bind', copy])
      return copy
    },
    async remove() {
      await Promise.all([...frozen].map(thaw))
      for (const directory of mounted.reverse()) await run('umount', [directory])
      await rm(root, { recursive: true })
    },
  }
}
