import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { LiveChange } from '../../domain/console/live.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { Operations } from '../../domain/ports/operations.ts'
import type { Caller } from '../login/caller.ts'
import { createClient, type Client } from './client.ts'
import { createEncoding, eventFrame, frameOf, type Frame } from './frame.ts'
import { createStock } from './stock.ts'

/** A sign of life, so that proxies keep the connection and dead ones are found. */
const beatMs = 15_000
const mostClients = 1000

/** Everybody who watches, fed from one reading of the service: each change is written down once. */
export interface Hub {
  /** Too many watch already. */
  readonly isFull: () => boolean
  /** Answers the request with the stream. `headers` go along. */
  join(response: ServerResponse, reader: Reader): Promise<void>
  /** Ends every stream. */
  close(reason: string): Promise<void>
}

export interface Reader {
  readonly caller: Caller
  readonly acceptEncoding: string | undefined
  readonly headers: OutgoingHttpHeaders
}

export interface HubOptions {
  readonly operations: Pick<Operations, 'now' | 'watch' | 'tokens'>
  readonly clock: Clock
  readonly logger: Logger
}

export function createHub({ operations, clock, logger }: HubOptions): Hub {
  const clients = new Set<Client>()
  const stock = createStock(operations)
  let stopWatching: (() => void) | undefined
  let cancelBeat: (() => void) | undefined
  /** Changes are encoded one after the other. */
  let encoding: Promise<void> = Promise.resolve()

  function onChange(change: LiveChange): void {
    encoding = encoding
      .then(async () => {
        await stock.add(change)
        for (const client of clients) pump(client)
      })
      .catch((error: unknown) => logger.error({ err: error }, 'a change could not be told'))
  }

  /** Sends what the reader lacks, as far as it reads; the rest follows when it has made room. */
  function pump(client: Client): void {
    while (clients.has(client) && !client.fetching && !client.isFull()) {
      if (client.seq !== undefined && stock.isNewest(client.seq)) return
      const next = client.seq === undefined ? undefined : stock.after(client.seq)
      if (!next || client.seq === undefined) {
        void bringWhole(client)
        return
      }
      client.seq++
      client.send(next)
    }
  }

  async function bringWhole(client: Client): Promise<void> {
    client.fetching = true
    try {
      const { seq, frame } = await stock.whole()
      client.seq = seq
      if (clients.has(client)) client.send(frame)
    } catch (error) {
      logger.warn({ err: error }, 'no picture could be made')
      leave(client)
      client.drop()
    }
    client.fetching = false
    pump(client)
  }

  async function beat(): Promise<void> {
    cancelBeat = clock.timer(beatMs, () => void beat())
    const [sign, over] = await Promise.all([
      eventFrame('beat', { at: clock.wall() }),
      eventFrame('end', { reason: 'the login is over' }),
    ])
    for (const client of clients) {
      if (client.beat(sign)) continue
      leave(client)
      client.drop()
      logger.info({ by: client.caller.by }, 'a console that does not read is let go')
    }
    try {
      const tokens = await operations.tokens()
      for (const client of clients) if (!client.caller.stillValid(tokens)) say(client, over)
    } catch (error) {
      logger.warn({ err: error }, 'who watches could not be checked')
    }
  }

  function say(client: Client, frame: Frame): void {
    leave(client)
    client.end(frame)
  }

  function leave(client: Client): void {
    if (!clients.delete(client) || clients.size > 0) return
    stopWatching?.()
    cancelBeat?.()
    stock.clear()
  }

  return {
    isFull: () => clients.size >= mostClients,
    async join(response, { acceptEncoding, caller, headers }) {
      const encoder = createEncoding(acceptEncoding)
      const coded = encoder.name && { 'content-encoding': encoder.name }
      response.writeHead(200, { ...headers, ...streamHeaders, ...coded })
      const client = createClient(response, encoder, caller, pump)
      const hello = await frameOf('retry: 3000\n\n')
      if (response.destroyed) return
      response.on('close', () => leave(client))
      clients.add(client)
      if (clients.size === 1) {
        stopWatching = operations.watch(onChange)
        cancelBeat = clock.timer(beatMs, () => void beat())
      }
      client.send(hello)
      pump(client)
    },
    async close(reason) {
      const frame = await eventFrame('end', { reason })
      for (const client of clients) say(client, frame)
    },
  }
}

const streamHeaders = {
  // What ends has no other request after it; a service that stops would else wait for one.
  connection: 'close',
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  vary: 'accept-encoding',
  // nginx would else hold events back.
  'x-accel-buffering': 'no',
}
