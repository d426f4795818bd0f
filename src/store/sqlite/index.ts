import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../domain/ports/clock.ts'
import { StoreUnavailable, StoreUnusable } from '../../domain/errors.ts'
import type { Agent } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { JournalEntry } from '../../domain/journal.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { WaitGroup } from '../../domain/plan.ts'
import type { Change, Records, RecordTable, Store } from '../../domain/ports/store.ts'
import type { Token } from '../../domain/token.ts'
import { checkVersions, conflictOf } from '../conflict.ts'
import { createBatcher, type Batcher } from './batcher.ts'
import { createChannel, type Channel } from './channel.ts'
import { encode } from './encode.ts'
import { toError } from './errors.ts'
import type { Calls, WorkerInput } from './protocol.ts'
import { readCosts, readRuns, runOf } from './reports.ts'

export interface SqliteStoreOptions {
  /** The file. It and its directory are made if they are not there, for this user only. */
  readonly path: string
  readonly clock: Clock
  readonly logger?: Logger
}

/**
 * The store in one SQLite file, which this process alone has open until `close` or its end, however that comes. A
 * thread of its own owns the file, so that a disk that hangs never holds up the caller. No other code of this process
 * may open the file: closing it again would drop the lock (that is how POSIX locks are).
 *
 * Rejects with StoreUnusable: another process holds the file, its schema is newer, it is damaged, no database of ours,
 * or can't be made or written. The message names the path, the reason and what to do.
 */
export async function openSqliteStore({ path, clock, logger }: SqliteStoreOptions): Promise<Store> {
  const file = resolve(path)
  const began = clock.monotonic()
  const channel = await openChannel(file)
  logger?.info({ path: file, ms: Math.round(clock.monotonic() - began) }, 'store open')
  const batcher = createBatcher({ send: (batches) => channel.ask('commit', batches), clock, logger })
  return createStore({ channel, batcher, path: file, logger })
}

async function openChannel(path: string): Promise<Channel> {
  const channel = createChannel(startWorker({ path }))
  try {
    if ((await channel.opened) === 'ready') return channel
  } catch (error) {
    await channel.ended
    throw error instanceof StoreUnavailable ? new StoreUnusable(error.message, { cause: error }) : error
  }
  // What it needed to migrate takes memory, which a thread gives back only with its end.
  await channel.ask('close')
  await channel.ended
  return openChannel(path)
}

/** The worker stands beside this file, as source or as built. It holds nothing but what passes through. */
function startWorker(input: WorkerInput): Worker {
  const name = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'
  const resourceLimits = { maxYoungGenerationSizeMb: 6 }
  return new Worker(new URL(name, import.meta.url), { workerData: input, name: 'store', resourceLimits })
}

interface StoreDeps {
  readonly channel: Channel
  readonly batcher: Batcher
  readonly path: string
  readonly logger?: Logger
}

function createStore({ channel, batcher, path, logger }: StoreDeps): Store {
  let closing: Promise<void> | undefined

  const ask: Channel['ask'] = async (call, ...args) => {
    if (closing) throw new StoreUnavailable(`The store ${path} is closed.`)
    return await channel.ask(call, ...args)
  }

  async function askAll<K extends 'live' | 'ended' | 'jobs' | 'agentsOn' | 'journal' | 'tokens'>(
    call: K,
    ...args: Parameters<Calls[K]>
  ) {
    const texts = await ask(call, ...args)
    return texts.map((text) => parse(text, path))
  }

  async function commit(changes: readonly Change[]): Promise<void> {
    if (closing) throw new StoreUnavailable(`The store ${path} is closed.`)
    checkVersions(changes)
    if (changes.length === 0) return
    const writes = changes.map(encode)
    const outcome = await batcher.commit(writes.flat())
    if (outcome === 'kept') return
    throw typeof outcome === 'number' ? conflictOf(changes[indexOfChange(writes, outcome)]) : toError(outcome)
  }

  async function shutDown(): Promise<void> {
    await batcher.idle()
    try {
      await channel.ask('close')
    } catch (error) {
      logger?.warn({ err: error, path }, 'store not closed cleanly; the next start mends it')
    }
    await channel.ended
  }

  return {
    commit,
    live: async <T extends RecordTable>(table: T) => (await askAll('live', table)) as Records[T][],
    ended: async <T extends RecordTable>(table: T, since: number) =>
      (await askAll('ended', table, since)) as Records[T][],
    get: async <T extends RecordTable>(table: T, key: string) => {
      return parse(await ask('get', table, key), path) as Records[T] | undefined
    },
    jobs: async (query) => (await askAll('jobs', query)) as Job[],
    agentsOn: async (machine, limit) => (await askAll('agentsOn', machine, limit)) as Agent[],
    journal: async (query) => (await askAll('journal', query)) as JournalEntry[],
    known: async (source, deliveries) => new Set(await ask('known', source, deliveries)),
    tail: (agent) => ask('tail', agent),
    setting: (key) => ask('setting', key),
    waits: async () => (parse(await ask('waits'), path) ?? []) as WaitGroup[],
    tokens: async () => (await askAll('tokens')) as Token[],
    meters: async () => new Map(await ask('meters')),
    openRuns: async () => (await ask('openRuns')).map(runOf),
    costs: (query) => readCosts(ask, query),
    runs: (query) => readRuns(ask, query),
    prune: (table, before, limit) => ask('prune', table, before, limit),
    close: () => (closing ??= shutDown()),
  }
}

/** The change that the write at this place is of. */
function indexOfChange(writes: readonly (readonly unknown[])[], place: number): number {
  let before = 0
  return writes.findIndex(({ length }) => (before += length) > place)
}

function parse(text: string | undefined, path: string): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    // SQLite keeps no checksums: damage inside a text shows only here.
    const mend = 'Stop Slipway and restore the file from a copy, or move it away to begin anew.'
    throw new StoreUnusable(`The store ${path} is damaged: a record is no JSON. ${mend}`, { cause: error })
  }
}
