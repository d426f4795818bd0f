import { describe, expect, it } from 'vitest'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { startServerFixture } from '../../../test/contracts/server-fixture.ts'
import { BadInput, BadSignature, StoreUnavailable, Throttled } from '../../domain/errors.ts'
import type { Pushed, SourceRoute } from '../../domain/ports/source.ts'
import type { MountedRoute } from '../options.ts'

const LIMIT = 200

/** A source whose route answers as its body says, and remembers what it was given. */
function createHook() {
  const seen: { body: Buffer; headers: Readonly<Record<string, string | undefined>> }[] = []
  const route: SourceRoute = {
    method: 'POST',
    path: '/hooks/gh',
    bodyLimit: LIMIT,
    async handle(body, headers) {
      seen.push({ body, headers })
      if (headers['x-signature'] === 'bad') throw new BadSignature('no')
      if (headers['x-fail'] === 'throttled') throw new Throttled('slow down', 2_500)
      return parse(body)
    },
  }
  const mounted: MountedRoute = { source: 'gh', route }
  return { seen, mounted }
}

function parse(body: Buffer): Pushed {
  try {
    const { delivery, ignored } = JSON.parse(body.toString()) as { delivery: string; ignored?: string }
    return { delivery, jobs: [], ignored }
  } catch {
    throw new BadInput('not JSON')
  }
}

async function start(changes: Parameters<typeof startServerFixture>[0] = {}) {
  const hook = createHook()
  const server = await startServerFixture({ routes: () => [hook.mounted], ...changes })
  const push = (body: string | Buffer | ReadableStream, headers: Record<string, string> = {}) =>
    fetch(`${server.publicUrl}/hooks/gh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      duplex: 'half',
    })
  return { ...server, seen: hook.seen, push, [Symbol.asyncDispose]: () => server.close() }
}

describe('the public listener', () => {
  it('acknowledges a push once it is stored, with the very bytes that were sent', async () => {
    await using server = await start()
    const bytes = Buffer.from('{ "delivery" : "d1",\r\n "x": "\\u00e9 é" }')
    const answer = await server.push(bytes, { 'x-hub-signature-256': 'sha256=ab' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ outcome: 'stored' })
    expect(server.seen[0]?.body.equals(bytes)).toBe(true)
    expect(server.seen[0]?.headers['x-hub-signature-256']).toBe('sha256=ab')
    expect(server.operations.received).toEqual([{ source: 'gh', pushed: { delivery: 'd1', jobs: [] } }])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('acknowledges duplicates, and what is ignored without storing it', async () => {
    await using server = await start()
    await server.push('{"delivery":"d1"}')
    expect(await (await server.push('{"delivery":"d1"}')).json()).toEqual({ outcome: 'duplicate' })
    const foreign = await server.push('{"delivery":"d2","ignored":"foreign-repository"}')
    expect(foreign.status).toBe(200)
    expect(await foreign.json()).toEqual({ outcome: 'ignored', ignored: 'foreign-repository' })
    expect(server.operations.received).toHaveLength(1)
    expect(server.events).toEqual(['hook gh stored ', 'hook gh duplicate ', 'hook gh ignored foreign-repository'])
  })

  it('does not answer before the commit', async () => {
    await using server = await start()
    const { promise: gate, resolve: commit } = Promise.withResolvers<void>()
    server.operations.next('receive', { gate })
    let answered = false
    const answer = server.push('{"delivery":"d1"}').then((response) => {
      answered = true
      return response
    })
    await server.clock.awaitTimer(8_000)
    // A whole exchange on another connection: an early answer would have arrived by now.
    await fetch(`${server.publicUrl}/healthz`)
    expect(answered).toBe(false)
    commit()
    expect((await answer).status).toBe(200)
  })

  it('says 503 when the store takes longer than 8 s', async () => {
    await using server = await start()
    server.operations.next('receive', { gate: new Promise(() => {}) })
    const answer = server.push('{"delivery":"d1"}')
    await server.clock.awaitTimer(8_000)
    server.clock.fire(8_000)
    expect((await answer).status).toBe(503)
    expect((await answer).headers.get('retry-after')).toBe('30')
    expect(server.events).toEqual(['hook gh late '])
  })

  it('says 503 when the store refuses, and 401 and 400 for what is wrong with the push', async () => {
    await using server = await start()
    server.operations.next('receive', { error: new StoreUnavailable('disk full') })
    const failed = await server.push('{"delivery":"d1"}')
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '30'])
    expect(await failed.text()).not.toContain('disk')
    const throttled = await server.push('{"delivery":"d1"}', { 'x-fail': 'throttled' })
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([503, '3'])
    expect((await server.push('{"delivery":"d1"}', { 'x-signature': 'bad' })).status).toBe(401)
    expect((await server.push('{"delivery')).status).toBe(400)
    expect(server.events).toEqual([
      'hook gh failed ',
      'hook gh failed ',
      'hook gh bad_signature ',
      'hook gh bad_input ',
    ])
    expect(server.operations.received).toEqual([])
  })

  it('refuses bodies over the limit of the route, announced or not', async () => {
    await using server = await start()
    const huge = JSON.stringify({ delivery: 'x'.repeat(LIMIT) })
    expect((await server.push(huge)).status).toBe(413)
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(huge.slice(0, LIMIT)))
        controller.enqueue(new TextEncoder().encode(huge.slice(LIMIT)))
        controller.close()
      },
    })
    expect((await server.push(chunked)).status).toBe(413)
    const exact = JSON.stringify({ delivery: 'x'.repeat(LIMIT - 15) })
    expect(exact).toHaveLength(LIMIT)
    expect((await server.push(exact)).status).toBe(200)
    expect(server.seen).toHaveLength(1)
    expect(server.events.slice(0, 2)).toEqual(['hook gh too_large ', 'hook gh too_large '])
  })

  it('refuses what is not JSON by its type, unknown paths and other methods', async () => {
    await using server = await start()
    expect((await server.push('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    expect((await fetch(`${server.publicUrl}/hooks/other`, { method: 'POST', body: '{}' })).status).toBe(404)
    const got = await fetch(`${server.publicUrl}/hooks/gh`)
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    expect(server.seen).toEqual([])
    expect(server.events).toEqual([
      'hook gh unsupported_media_type ',
      'hook  not_found ',
      'hook gh method_not_allowed ',
    ])
  })

  it('stores nothing of a push that breaks off', async () => {
    const { promise: counted, resolve } = Promise.withResolvers<string | undefined>()
    await using server = await start({ onEvent: (_counter, labels) => resolve(labels.outcome) })
    const socket = connect(Number(new URL(server.publicUrl ?? '').port), '127.0.0.1')
    const head = 'POST /hooks/gh HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n'
    socket.write(`${head}{"delivery":"d1"}`, () => socket.destroy())
    expect(await counted).toBe('bad_input')
    expect(server.seen).toEqual([])
  })

  it.each([
    ['NONSENSE\r\n\r\n', 400],
    ['POST /hooks/%E0 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answers what is no request: %.30j → %d', async (sent, status) => {
    await using server = await start()
    const socket = connect(Number(new URL(server.publicUrl ?? '').port), '127.0.0.1')
    socket.end(sent)
    const answer = await text(socket)
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(answer).toContain('{"error":{"code":"bad_request"')
  })

  it('limits each address before it looks at signature or body', async () => {
    await using server = await start({ hooksPerMinute: 2, trustProxy: ['127.0.0.1'] })
    const from = (address: string) => server.push('{"delivery":"d"}', { 'x-forwarded-for': address })
    expect([(await from('192.0.2.1')).status, (await from('192.0.2.1')).status]).toEqual([200, 200])
    const refused = await from('192.0.2.1')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited' } })
    expect((await from('192.0.2.2')).status).toBe(200)
    expect(server.seen).toHaveLength(3)
    expect(server.events).toContain('hook gh rate_limited ')
  })

  it('ignores x-forwarded-for of clients that are no trusted proxy', async () => {
    await using server = await start({ hooksPerMinute: 1 })
    await server.push('{"delivery":"d"}', { 'x-forwarded-for': '192.0.2.1' })
    expect((await server.push('{"delivery":"d"}', { 'x-forwarded-for': '192.0.2.2' })).status).toBe(429)
  })

  it('shows nothing but hooks and a health check that says nothing', async () => {
    await using server = await start()
    expect(await (await fetch(`${server.publicUrl}/healthz`)).text()).toBe('ok\n')
    for (const path of ['/metrics', '/readyz', '/api/openapi.json', '/api/v1/status', '/'])
      expect((await fetch(`${server.publicUrl}${path}`)).status).toBe(404)
  })

  it('mounts the routes of reloaded sources', async () => {
    const hook = createHook()
    let routes: MountedRoute[] = []
    await using server = await startServerFixture({ routes: () => routes })
    const push = () =>
      fetch(`${server.publicUrl}/hooks/gh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"delivery":"d1"}',
      })
    expect((await push()).status).toBe(404)
    routes = [hook.mounted]
    expect((await push()).status).toBe(200)
  })

  it('lets a push under way finish when it closes, and ends its connection', async () => {
    await using server = await start()
    const { promise: gate, resolve: commit } = Promise.withResolvers<void>()
    server.operations.next('receive', { gate })
    const answer = server.push('{"delivery":"d1"}')
    await server.clock.awaitTimer(8_000)
    const closed = server.close()
    const isUp = () =>
      fetch(`${server.publicUrl}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      )
    while (await isUp());
    commit()
    expect((await answer).status).toBe(200)
    expect((await answer).headers.get('connection')).toBe('close')
    await closed
    await expect(fetch(`${server.publicUrl}/healthz`)).rejects.toThrow('fetch failed')
  })

  it('ends what is still open when the time to close is over', async () => {
    await using server = await start()
    server.operations.next('receive', { gate: new Promise(() => {}) })
    const answer = server.push('{"delivery":"d1"}')
    await server.clock.awaitTimer(8_000)
    const closed = server.close()
    server.clock.fire(10_000)
    await expect(answer).rejects.toThrow('fetch failed')
    await closed
  })
})

describe('startServer', () => {
  it('names the setting of an address that is in use, and leaves nothing open', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    const { port } = holder.address() as { port: number }
    const listen = { public: { host: '127.0.0.1', port }, admin: { host: '127.0.0.1', port: 0 } }
    await expect(startServerFixture({ listen })).rejects.toThrow(/in use.*change server\.public\.listen/i)
    await new Promise((resolve) => holder.close(resolve))
  })
})
