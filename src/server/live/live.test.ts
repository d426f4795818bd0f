import { connect, type Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { logIn } from '../../../test/contracts/console-browser.ts'
import { FAKE_NOW } from '../../../test/contracts/operations-fake.ts'
import { startServerFixture, type ServerFixture } from '../../../test/contracts/server-fixture.ts'
import type { LiveMachine } from '../../domain/console/live.ts'

const BEAT = 15_000
const resources = { milliCpu: 4000, memory: 8, disk: 9 }

function machine(key: string, detail?: string): LiveMachine {
  const times = { stateAt: FAKE_NOW, createdAt: FAKE_NOW }
  const size = { size: resources, allocatable: resources }
  return { key, fleet: 'local', state: 'ready', ...times, spot: false, ...size, detail, agents: [] }
}

interface Event {
  readonly event: string
  readonly data: Record<string, unknown>
}

/** A reader of the stream, event by event. */
interface Watcher {
  readonly answer: Response
  /** The next event; undefined: the stream has ended. */
  next(): Promise<Event | undefined>
  leave(): Promise<void>
}

async function watch(server: ServerFixture, headers: Record<string, string> = {}): Promise<Watcher> {
  const token = headers['cookie'] ? {} : { authorization: `Bearer ${server.operations.addToken(['read'])}` }
  const answer = await fetch(`${server.adminUrl}/api/v1/live`, { headers: { ...token, ...headers } })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    answer,
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end < 0) {
          const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
          if (done) return undefined
          text += value
          continue
        }
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const [, event, data] = /^event: (\w+)\ndata: ([^\n]*)$/.exec(block) ?? []
        if (event !== undefined) return { event, data: JSON.parse(data ?? '') as Record<string, unknown> }
      }
    },
    leave: async () => reader?.cancel(),
  }
}

describe('the live stream', () => {
  it('begins with the picture and goes on with its changes', async () => {
    await using server = await startServerFixture()
    const watcher = await watch(server)
    expect(watcher.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(watcher.answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await watcher.next()).toMatchObject({ event: 'now', data: { seq: 1, owner: 'test', machines: [] } })
    server.operations.tell({ machines: [machine('m1')] })
    server.operations.tell({ gone: ['m1'] })
    const change = { event: 'change', data: { seq: 2, machines: [{ key: 'm1' }] } }
    expect([await watcher.next(), await watcher.next()]).toMatchObject([change, { data: { seq: 3, gone: ['m1'] } }])
    expect(await (await server.call('GET', '/api/v1/now')).json()).toMatchObject({ seq: 3, machines: [] })
  })

  it('is one reading of the service, however many watch, and none once they left', async () => {
    await using server = await startServerFixture()
    const watchers = await Promise.all(Array.from({ length: 20 }, () => watch(server)))
    for (const watcher of watchers) expect((await watcher.next())?.event).toBe('now')
    expect(server.operations.watching()).toBe(1)
    server.operations.tell({ problems: ['disk full'] })
    for (const watcher of watchers) expect((await watcher.next())?.data).toMatchObject({ problems: ['disk full'] })
    await Promise.all(watchers.map((watcher) => watcher.leave()))
    await expect.poll(() => server.operations.watching()).toBe(0)
    const again = await watch(server)
    expect(await again.next()).toMatchObject({ event: 'now', data: { seq: 2 } })
  })

  it('keeps markup in names what it is: text in JSON', async () => {
    await using server = await startServerFixture()
    const watcher = await watch(server)
    await watcher.next()
    const name = '</script><img src=x onerror=alert(1)>\n\nevent: end\ndata: {}\u2028'
    server.operations.tell({ machines: [machine('m1', name)] })
    const change = await watcher.next()
    expect(change).toMatchObject({ event: 'change', data: { machines: [{ detail: name }] } })
    const plain = await server.call('GET', '/api/v1/now')
    expect(plain.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(plain.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('is compressed once for all, and every piece of it can be read as it comes', async () => {
    await using server = await startServerFixture()
    const [first, late] = [await openRaw(server, 'gzip'), await openRaw(server, 'gzip')]
    await first.until('"seq":1')
    server.operations.tell({ machines: [machine('m1', 'x'.repeat(2000))] })
    await first.until('"seq":2')
    await late.until('"seq":2')
    expect(first.received()).toBeLessThan(2000)
    await server.close()
    const text = gunzipSync(await first.body()).toString()
    expect(text).toMatch(/event: now\n[^]*event: change\n[^]*event: end\ndata: \{"reason":"the service stops"\}\n\n$/)
  })

  it('ends with the token or the session that opened it, within two signs of life', async () => {
    await using server = await startServerFixture()
    const { cookie } = await logIn(server)
    const byToken = await watch(server)
    const bySession = await watch(server, { cookie })
    const stays = await watch(server)
    for (const watcher of [byToken, bySession, stays]) expect((await watcher.next())?.event).toBe('now')
    await server.operations.revokeToken('ann', 'bob')
    await server.operations.revokeToken('token-1', 'bob')
    server.clock.fire(BEAT)
    for (const watcher of [byToken, bySession]) {
      expect((await watcher.next())?.event).toBe('beat')
      expect(await watcher.next()).toEqual({ event: 'end', data: { reason: 'the login is over' } })
      expect(await watcher.next()).toBeUndefined()
    }
    expect(await stays.next()).toMatchObject({ event: 'beat', data: { at: FAKE_NOW } })
    server.operations.tell({ problems: [] })
    expect((await stays.next())?.event).toBe('change')
  })

  it('of a proxy’s user ends after an hour, so that the proxy is asked again', async () => {
    const proxyAuth = { header: 'x-user', trusted: ['127.0.0.1'], admins: [], readers: ['*'], logs: [] }
    await using server = await startServerFixture({ proxyAuth })
    const headers = { 'x-user': 'alice' }
    const answer = await fetch(`${server.adminUrl}/api/v1/live`, { headers })
    server.clock.advance(3_600_000)
    await server.clock.awaitTimer(BEAT)
    server.clock.fire(BEAT)
    expect(await answer.text()).toMatch(/event: end\ndata: \{"reason":"the login is over"\}\n\n$/)
  })

  it('lets go who does not read, and nobody else notices', async () => {
    await using server = await startServerFixture()
    const slow = await openRaw(server, 'identity')
    await slow.until('"seq":1')
    slow.stall()
    const watcher = await watch(server)
    await watcher.next()
    const big = machine('m1', 'x'.repeat(1_000_000))
    // More than the sockets of both ends hold.
    for (let seq = 2; seq <= 16; seq++) {
      server.operations.tell({ machines: [big] })
      expect((await watcher.next())?.data['seq']).toBe(seq)
    }
    for (let beat = 0; beat < 2; beat++) {
      await server.clock.awaitTimer(BEAT)
      server.clock.fire(BEAT)
      expect((await watcher.next())?.event).toBe('beat')
    }
    slow.resume()
    await slow.closed
    expect(server.log.map(({ message }) => message)).toEqual(['a console that does not read is let go'])
  })

  it('brings who was behind to where things stand', async () => {
    await using server = await startServerFixture()
    const slow = await openRaw(server, 'identity')
    await slow.until('"seq":1')
    slow.stall()
    const watcher = await watch(server)
    await watcher.next()
    for (let seq = 2; seq <= 20; seq++) {
      server.operations.tell({ machines: [machine('m1', 'x'.repeat(1_000_000))] })
      expect((await watcher.next())?.data['seq']).toBe(seq)
    }
    slow.resume()
    await slow.until('"seq":20')
    server.operations.tell({ problems: ['disk full'] })
    await slow.until('disk full"]}\n\n')
    // Not one by one: what it missed came as one picture.
    const text = slow.text()
    expect(text.match(/event: now/g)?.length).toBe(2)
    expect(text.match(/event: change/g)?.length ?? 0).toBeLessThan(19)
  })

  it('ends when the service stops, and holds it up for nothing', async () => {
    const server = await startServerFixture()
    const watcher = await watch(server)
    await watcher.next()
    await server.close()
    expect(await watcher.next()).toEqual({ event: 'end', data: { reason: 'the service stops' } })
    expect(await watcher.next()).toBeUndefined()
  })
})

/** A reader that is in charge of when it reads. */
interface RawReader {
  until(text: string): Promise<void>
  stall(): void
  resume(): void
  text(): string
  /** Bytes of the body so far. */
  received(): number
  body(): Promise<Buffer>
  readonly closed: Promise<void>
}

async function openRaw(server: ServerFixture, encoding: string): Promise<RawReader> {
  const { port, host } = new URL(server.adminUrl)
  const socket: Socket = connect({ port: Number(port), host: '127.0.0.1' })
  const parts: Buffer[] = []
  const waiting = new Set<() => void>()
  socket.on('data', (part) => {
    parts.push(part)
    for (const check of waiting) check()
  })
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  const secret = server.operations.addToken(['read'])
  const head = [`GET /api/v1/live HTTP/1.1`, `host: ${host}`, `authorization: Bearer ${secret}`]
  socket.write(`${[...head, `accept-encoding: ${encoding}`].join('\r\n')}\r\n\r\n`)

  /** Of a plain stream the newest part is enough. */
  const seen = () => (encoding === 'gzip' ? textOf(body()) : Buffer.concat(parts.slice(-4)).toString())
  const textOf = (bytes: Buffer) => (bytes.length > 10 ? gunzipSync(bytes, { finishFlush: 2 }).toString() : '')
  const body = () => unchunked(Buffer.concat(parts))
  return {
    until(wanted) {
      return new Promise((resolve) => {
        const check = () => {
          if (!seen().includes(wanted)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
    stall: () => void socket.pause(),
    resume: () => void socket.resume(),
    text: () => body().toString(),
    received: () => body().length,
    async body() {
      await closed
      return body()
    },
    closed,
  }
}

/** The body of an answer in chunks, as far as it has come. */
function unchunked(answer: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = answer.indexOf('\r\n\r\n') + 4
  while (at > 3 && at < answer.length) {
    const line = answer.indexOf('\r\n', at)
    if (line < 0) break
    const size = Number.parseInt(answer.subarray(at, line).toString(), 16)
    if (!(size > 0) || line + 2 + size > answer.length) break
    parts.push(answer.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
  return Buffer.concat(parts)
}
