import { createHash } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Node } from '../records.ts'
import type { Estate } from '../work/estate.ts'
import type { Announcer } from '../work/happenings.ts'
import type { Work } from '../work/work.ts'
import { CLOSE, createFrameReader, textFrame } from './frames.ts'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/**
 * Where agents connect, as `agent.jar -webSocket` does: name and secret in headers, refused as Jenkins refuses. What
 * is said over the connection is the stand-in's own: `build N` begins one, `done N CODE` ends it.
 */
export function mountAgents(
  server: Server,
  options: { readonly estate: Estate; readonly work: Work; readonly announcer: Announcer },
): { closeAll(): void; closeOf(node: Node): void } {
  const { estate, work, announcer } = options
  const connections = new Map<Node, Duplex>()

  function accept(request: IncomingMessage, socket: Duplex): void {
    const name = request.headers['node-name']?.toString() ?? ''
    const node = estate.nodes.get(name)
    if (estate.down) return void socket.destroy()
    if (!request.url?.startsWith('/wsagents/')) return refuse(socket, '404 Not Found', '')
    if (!node) return refuse(socket, '400 Bad Request', 'no such agent')
    if (request.headers['secret-key'] !== node.secret) return refuse(socket, '403 Forbidden', '')
    if (connections.has(node)) return refuse(socket, '400 Bad Request', `${name} is already connected`)
    hold(node, socket, request.headers['sec-websocket-key']?.toString() ?? '')
  }

  function hold(node: Node, socket: Duplex, key: string): void {
    const hash = createHash('sha1').update(`${key}${GUID}`).digest('base64')
    const upgrade = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    socket.write([...upgrade, `Sec-WebSocket-Accept: ${hash}`, '', ''].join('\r\n'))
    connections.set(node, socket)
    const over = (): void => {
      if (connections.get(node) !== socket) return
      connections.delete(node)
      work.disconnect(node)
      socket.destroy()
    }
    const read = createFrameReader((line) => finish(node, line), over)
    socket.on('data', read)
    socket.on('close', over)
    socket.on('error', over)
    work.connect(node)
    // One that lost its connection in the middle of a build goes on with it.
    if (node.running) socket.write(textFrame(`build ${node.running.run.number}\n`))
  }

  function finish(node: Node, line: string): void {
    const [, number, code] = /^done (\d+) (\d+)/.exec(line) ?? []
    if (node.running?.run.number === Number(number)) work.end(node, code === '0' ? 'SUCCESS' : 'FAILURE')
  }

  server.on('upgrade', accept)
  announcer.on('build-started', ({ node, run }) => connections.get(node)?.write(textFrame(`build ${run.number}\n`)))
  announcer.on('node-deleted', ({ node }) => closeOf(node))

  function closeOf(node: Node): void {
    const socket = connections.get(node)
    connections.delete(node)
    socket?.end(CLOSE)
  }

  return { closeOf, closeAll: () => [...connections.keys()].forEach(closeOf) }
}

function refuse(socket: Duplex, status: string, words: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: ${words.length}\r\nConnection: close\r\n\r\n${words}`)
}
