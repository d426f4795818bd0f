import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import { createGroupCommit } from './worker/commit-group.ts'
import { closeDatabase, openDatabase } from './worker/database.ts'
import { queryFailure, openingFailure } from './errors.ts'
import type { Calls, Reply, Request, WorkerInput } from './protocol.ts'
import { createQueries } from './worker/queries.ts'

/** The thread that owns the file: a flush that takes long, or for ever, holds up nothing but the store. */
if (parentPort) await serve(parentPort, (workerData as WorkerInput).path)

async function serve(port: MessagePort, path: string): Promise<void> {
  const send = (reply: Reply) => port.postMessage(reply)
  try {
    const { database, migrated } = await openDatabase(path)
    const calls = createCalls(database, path)
    port.on('message', (request: Request) => {
      send(answer(calls, request, path))
      if (request.call === 'close') port.close()
    })
    send({ id: 0, value: migrated ? 'migrated' : 'ready' } satisfies Reply)
  } catch (error) {
    send({ id: 0, failure: openingFailure(error, path) })
  }
}

function createCalls(database: Database, path: string): Calls {
  return {
    commit: createGroupCommit(database, path),
    ...createQueries(database),
    close: () => closeDatabase(database),
  }
}

function answer<K extends keyof Calls>(calls: Calls, { id, call, args }: Request<K>, path: string): Reply {
  try {
    const run = calls[call] as (...parameters: Parameters<Calls[K]>) => ReturnType<Calls[K]>
    return { id, value: run(...args) }
  } catch (error) {
    return { id, failure: queryFailure(error, path) }
  }
}
