import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Folder {
  readonly path: string
  /** Writes a file, with the folders that it needs, and gives its path. */
  write(name: string, content: string | Uint8Array): string
  [Symbol.dispose](): void
}

/** A folder of its own that is removed when the test ends. */
export function createFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'slipway-test-'))
  return {
    path,
    write(name, content) {
      const file = join(path, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}
