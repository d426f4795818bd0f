import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Clock } from '../domain/ports/clock.ts'
import type { Logger } from '../domain/ports/logger.ts'

const LOOK_MS = 2000
/** A file that is still being written is left alone. */
const SETTLE_MS = 250

export interface Watching {
  /** Resolves once every later change is seen. */
  readonly ready: Promise<void>
  /** May be called twice. */
  readonly stop: () => void
}

export interface WatchDeps {
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Calls `onChange` when the content of the file is another than before: written in place, replaced by rename (as
 * editors do) or swapped behind a symbolic link (as Kubernetes does). A file that is missing for a moment is waited
 * for.
 *
 * It looks every two seconds. The file system's events are not told through every mount, and a database in the same
 * folder makes thousands of them.
 */
export function watchConfig(path: string, onChange: () => void, { clock, logger }: WatchDeps): Watching {
  const file = resolve(path)
  let seen: string | undefined
  let read: string | undefined
  let content: string | undefined
  let cancel: (() => void) | undefined
  let stopped = false

  async function look(): Promise<void> {
    const now = await stampOf(file)
    const settled = now === seen
    seen = now
    if (settled && now !== undefined && now !== read) await compare(now)
    if (!stopped) cancel = clock.timer(settled ? LOOK_MS : SETTLE_MS, () => void look())
  }

  async function compare(stamp: string): Promise<void> {
    try {
      const hash = createHash('sha256')
        .update(await readFile(file))
        .digest('hex')
      read = stamp
      if (stopped || hash === content) return
      const first = content === undefined
      content = hash
      if (!first) onChange()
    } catch (error) {
      logger.warn({ file, error }, 'the configuration file cannot be read for now')
    }
  }

  async function begin(): Promise<void> {
    seen = await stampOf(file)
    await look()
  }

  function stop(): void {
    stopped = true
    cancel?.()
  }

  return { ready: begin(), stop }
}

/** Another one for every file that may have another content; undefined while there is none. */
async function stampOf(file: string): Promise<string | undefined> {
  const facts = await stat(file).catch(() => undefined)
  return facts && `${facts.dev} ${facts.ino} ${facts.size} ${facts.mtimeMs} ${facts.ctimeMs}`
}
