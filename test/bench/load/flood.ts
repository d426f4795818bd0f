import { connect, type Socket } from 'node:net'
import type { Message } from './messages.ts'

export interface FloodOptions {
  readonly url: string
  readonly messages: readonly Message[]
  readonly connections: number
  /** Told after each answer how many there are. */
  readonly onAnswer: (answers: number) => void
}

/** What the sender saw. */
export interface Flood {
  /** Those that were answered 2xx, in the order of their answers. */
  readonly acknowledged: readonly Message[]
  /** How often any other status came. */
  readonly others: ReadonlyMap<number, number>
}

/**
 * Sends the messages over keep-alive connections, on each one after the other. Resolves when all are answered or every
 * connection has ended. It writes bytes made ahead and reads no more of an answer than it must, so that on a small
 * machine it takes little from the server. Each connection has a loopback address of its own, as the service limits
 * what one address may send.
 */
export async function flood({ url, messages, connections, onAnswer }: FloodOptions): Promise<Flood> {
  const { port, pathname } = new URL(url)
  const requestLine = `POST ${pathname} HTTP/1.1\r\n`
  const acknowledged: Message[] = []
  const others = new Map<number, number>()
  let next = 0
  let answers = 0

  function sendNext(socket: Socket): Message | undefined {
    const message = messages[next]
    if (!message) {
      socket.end()
      return undefined
    }
    next += 1
    socket.cork()
    socket.write(requestLine, 'latin1')
    socket.write(message.bytes)
    socket.uncork()
    return message
  }

  function note(message: Message, status: number): void {
    if (status >= 200 && status < 300) acknowledged.push(message)
    else others.set(status, (others.get(status) ?? 0) + 1)
    answers += 1
    onAnswer(answers)
  }

  function drive(socket: Socket): Promise<void> {
    let current: Message | undefined
    let received = ''
    return new Promise((resolve) => {
      socket.on('connect', () => (current = sendNext(socket)))
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1')
        const status = completeStatus(received)
        if (status === undefined || !current) return
        received = ''
        note(current, status)
        current = sendNext(socket)
      })
      // A reset is what a killed server leaves; what was not answered is not counted.
      socket.on('error', () => undefined)
      socket.on('close', () => resolve())
    })
  }

  const sockets = Array.from({ length: connections }, (_, i) =>
    connect({ host: '127.0.0.1', port: Number(port), localAddress: `127.0.1.${i + 1}`, noDelay: true }),
  )
  await Promise.all(sockets.map(drive))
  return { acknowledged, others }
}

/** The status of an answer that is there to its last byte. Every answer here carries its length. */
function completeStatus(received: string): number | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(received)?.[1]
  if (length === undefined) throw new Error(`an answer without its length:\n${received}`)
  if (received.length < end + 4 + Number(length)) return undefined
  return Number(received.slice(9, 12))
}
