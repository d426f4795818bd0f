import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { selfSigned } from '../../test/fakes/tls.ts'
import { createOutbound, type Outbound, type OutboundOptions } from './outbound.ts'

describe('calls to the outside', () => {
  let directory = ''
  let caFile = ''
  const closing: (() => Promise<unknown>)[] = []

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slipway-ca-'))
    caFile = join(directory, 'ca.pem')
    await writeFile(caFile, selfSigned.cert)
  })

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
    await rm(directory, { recursive: true })
  })

  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    return (server.address() as AddressInfo).port
  }

  function open(options: OutboundOptions): Required<Outbound> {
    const outbound = createOutbound(options)
    if (!outbound.fetch) throw new Error('nothing special was made')
    closing.push(() => outbound.close())
    return { fetch: outbound.fetch, close: () => outbound.close() }
  }

  /** A proxy that notes whom it was asked for. */
  async function startProxy() {
    const asked: string[] = []
    const proxy = createPlainServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.end('"by proxy"')
    })
    proxy.on('connect', (request, client) => {
      asked.push(`CONNECT ${request.url}`)
      const [host = '', port] = (request.url ?? '').split(':')
      const server = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connected\r\n\r\n')
        server.pipe(client)
        client.pipe(server)
      })
      server.on('error', () => client.destroy())
      client.on('error', () => server.destroy())
    })
    return { url: `http://127.0.0.1:${await listen(proxy)}`, asked }
  }

  const hello: RequestListener = (_request, response) => void response.end('"hello"')
  const startTls = async () => `https://127.0.0.1:${await listen(createTlsServer(selfSigned, hello))}/x`

  it('are the platform’s own when nothing is configured', () => {
    expect(createOutbound({}).fetch).toBeUndefined()
  })

  it('trust the configured CA', async () => {
    const url = await startTls()
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    expect(await (await open({ caFile }).fetch(url)).json()).toBe('hello')
  })

  it('go through the proxy, by a tunnel where they are encrypted', async () => {
    const { url: proxy, asked } = await startProxy()
    const url = await startTls()
    const outbound = open({ proxy, caFile })
    expect(await (await outbound.fetch('http://somewhere.test/y')).json()).toBe('by proxy')
    expect(await (await outbound.fetch(url)).json()).toBe('hello')
    expect(asked).toEqual(['GET http://somewhere.test/y', `CONNECT ${new URL(url).host}`])
  })

  it('leave the proxy out where they are told to', async () => {
    const { url: proxy, asked } = await startProxy()
    const url = await startTls()
    const outbound = open({ proxy, caFile, noProxy: ['other.test', '127.0.0.1'] })
    expect(await (await outbound.fetch(url)).json()).toBe('hello')
    expect(asked).toEqual([])
  })

  it('end with their signal', async () => {
    const { url: proxy } = await startProxy()
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(open({ proxy }).fetch('http://somewhere.test/', { signal })).rejects.toThrow('enough')
  })

  it('can not be made with a CA file that is not there', () => {
    expect(() => createOutbound({ caFile: join(directory, 'missing.pem') })).toThrow('ENOENT')
  })
})
