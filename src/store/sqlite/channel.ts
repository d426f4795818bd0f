import type { Worker } from 'node:worker_threads'
import { StoreUnavailable } from '../../domain/errors.ts'
import { toError } from './errors.ts'
import type { Calls, Reply, Request } from './protocol.ts'

export interface Channel {
  /** Settles once the worker has opened the store, or has said why it can't. */
  readonly opened: Promise<'ready' | 'migrated'>
  /** Resolves when the worker has ended, however. */
  readonly ended: Promise<void>
  /** Rejects with StoreUnavailable or StoreUnusable; at once when the worker is no more. */
  ask<K extends keyof Calls>(call: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>>
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Calls into the store's worker. If it ends, whatever it has not answered is rejected: nothing waits for ever. */
export function createChannel(worker: Worker): Channel {
  const pending = new Map<number, Pending>()
  let lastId = 0
  let death: StoreUnavailable | undefined

  function wait(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => pending.set(id, { resolve, reject }))
  }

  function settle(reply: Reply): void {
    const waiting = pending.get(reply.id)
    pending.delete(reply.id)
    if ('failure' in reply) waiting?.reject(toError(reply.failure))
    else waiting?.resolve(reply.value)
  }

  function die(why: string, cause?: unknown): void {
    death ??= new StoreUnavailable(`The store's thread has ended: ${why}. Restart Slipway.`, { cause })
    for (const { reject } of pending.values()) reject(death)
    pending.clear()
  }

  const ended = new Promise<void>((resolve) => {
    worker.on('message', settle)
    worker.on('error', (error) => die(error instanceof Error ? error.message : String(error), error))
    worker.on('exit', (code) => {
      die(`exit code ${code}`)
      resolve()
    })
  })

  return {
    ended,
    opened: wait(0) as Promise<'ready' | 'migrated'>,
    async ask<K extends keyof Calls>(call: K, ...args: Parameters<Calls[K]>) {
      if (death) throw death
      const request: Request<K> = { id: ++lastId, call, args }
      const answer = wait(request.id)
      worker.postMessage(request, [])
      return (await answer) as ReturnType<Calls[K]>
    },
  }
}
