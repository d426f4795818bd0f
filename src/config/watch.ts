import { watch, type FSWatcher } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { basename, dirname, resolve } from 'node:path'
import type { Clock } from '../domain/clock.ts'
import type { Logger } from '../domain/logger.ts'

const SETTLE_MS = 250
const RETRY_MS = 5000

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
 */
export function watchConfig(path: string, onChange: () => void, { clock, logger }: WatchDeps): Watching {
  const file = resolve(path)
  let watchers: FSWatcher[] = []
  let known: string | undefined
  let cancel: (() => void) | undefined
  let stopped = false

  // Folders are watched, not the file: a watch on a file follows the old one when it is replaced.
  async function arm(): Promise<void> {
    for (const watcher of watchers) watcher.close()
    watchers = []
    const target = await realpath(file).catch(() => file)
    if (stopped) return
    for (const each of new Set([file, target])) watchers.push(watchFolderOf(each))
  }

  function watchFolderOf(watched: string): FSWatcher {
    const folder = dirname(watched)
    const watcher = watch(folder, { persistent: false }, (event, name) => {
      // A database beside it is written all the time. Whatever is renamed may be a link on the way to the file.
      if (event === 'rename' || name === null || name === basename(watched)) later(SETTLE_MS)
    })
    watcher.on('error', (error) => {
      logger.warn({ folder, error }, 'the configuration folder cannot be watched for now')
      later(RETRY_MS)
    })
    return watcher
  }

  // Several events of one change come close together.
  function later(ms: number): void {
    cancel?.()
    if (!stopped) cancel = clock.timer(ms, () => void look())
  }

  async function look(): Promise<void> {
    try {
      await arm()
      const now = await fingerprint(file)
      if (stopped || now === undefined || now === known) return
      const first = known === undefined
      known = now
      if (!first) onChange()
    } catch (error) {
      logger.warn({ file, error }, 'the configuration file cannot be watched for now')
      later(RETRY_MS)
    }
  }

  function stop(): void {
    stopped = true
    cancel?.()
    for (const watcher of watchers) watcher.close()
    watchers = []
  }

  return { ready: look(), stop }
}

async function fingerprint(file: string): Promise<string | undefined> {
  const content = await readFile(file).catch(() => undefined)
  return content && createHash('sha256').update(content).digest('hex')
}
