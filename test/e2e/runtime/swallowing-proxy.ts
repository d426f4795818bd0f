import net from 'node:net'
import type { Endpoint } from '../../../src/domain/ports/provider.ts'

export interface SwallowingProxy {
  readonly endpoint: Endpoint
  /** From now on every answer stops after its head and one byte; nothing is closed. */
  swallow(): void
  /** Breaks all connections, and every new one at once, until `resume`. */
  drop(): void
  resume(): void
  close(): Promise<void>
}

/** A TCP door to an engine's socket that can go silent in the middle of an answer, as a dead host does. */
export async function startSwallowingProxy(engine: Endpoint): Promise<SwallowingProxy> {
  if (engine.kind !== 'unix') throw new Error('the proxy leads to a unix socket')
  const sockets = new Set<net.Socket>()
  let swallowing = false
  let dropping = false
  const server = net.createServer((client) => {
    if (dropping) return void client.destroy()
    const upstream = net.connect(engine.path)
    let head = ''
    let over = false
    upstream.on('data', (chunk: Buffer) => {
      if (!swallowing) return void client.write(chunk)
      if (over) return undefined
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return undefined
      over = true
      return void client.write(Buffer.from(head.slice(0, end + 5), 'latin1'))
    })
    client.on('data', (chunk) => upstream.write(chunk))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => {
      if (!swallowing) client.destroy()
    })
    return undefined
  })
  const port = await listen(server)
  return {
    endpoint: { kind: 'tcp', host: '127.0.0.1', port },
    swallow() {
      swallowing = true
    },
    drop() {
      dropping = true
      sockets.forEach((socket) => socket.destroy())
    },
    resume() {
      dropping = false
    },
    close() {
      sockets.forEach((socket) => socket.destroy())
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

/** On a free port of this machine. */
export function listen(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port))
  })
}
