import { createServer, type RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createFolder } from '../../../test/fakes/folder.ts'
import { CliError } from '../exit.ts'
import type { Io } from '../io.ts'
import { createSend } from './http.ts'
import { findTarget } from './target.ts'

const clock: Io['clock'] = { wall: () => 0, monotonic: () => 0, timer: () => () => undefined }

async function startServer(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function failure(url: string, timers = clock): Promise<CliError> {
  const send = createSend({ url, token: 'hush', tokenOrigin: 'the token of the test' }, timers)
  const error: unknown = await send({ method: 'GET', path: '/api/v1/status' }).catch((thrown: unknown) => thrown)
  if (error instanceof CliError) return error
  throw new Error('it did not fail')
}

describe('a request', () => {
  it('carries token, query and body', async () => {
    const seen: string[] = []
    await using server = await startServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${request.headers['content-type']}`)
      request.on('data', (chunk) => seen.push(String(chunk)))
      request.on('end', () => response.end('{"ok":true}'))
    })
    const send = createSend({ url: server.url, token: 'hush', tokenOrigin: '' }, clock)
    const answer = await send({ method: 'POST', path: '/x', query: { a: 'b c', none: undefined }, body: { n: 1 } })
    expect(answer).toEqual({ ok: true })
    expect(seen).toEqual(['POST /x?a=b+c Bearer hush application/json', '{"n":1}'])
  })

  it('that nobody answers ends with 3 and says how to start the service', async () => {
    const gone = await startServer(() => undefined)
    await gone[Symbol.asyncDispose]()
    const error = await failure(gone.url)
    expect(error).toMatchObject({ exitCode: 3, code: 'unreachable' })
    expect(error.message).toContain(gone.url)
    expect(error.message).toMatch(/connection refused[\s\S]*slipway serve[\s\S]*--url/)
  })

  it('that hangs ends with 3 at its deadline', async () => {
    await using server = await startServer(() => undefined)
    const error = await failure(server.url, {
      ...clock,
      timer: (_ms: number, run: () => void) => (run(), () => undefined),
    })
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining('no answer within 30 s') })
  })

  it.each<[string, number, string]>([
    ['a page', 200, '<html>hello</html>'],
    ['a foreign error', 404, '{"message":"Not Found"}'],
    ['a foreign refusal', 401, 'who are you?'],
  ])('that meets %s says that this is not Slipway', async (_what, status, body) => {
    await using server = await startServer((_request, response) => response.writeHead(status).end(body))
    expect(await failure(server.url)).toMatchObject({ exitCode: 3, code: 'not_slipway' })
  })

  it('never follows a redirect with the token', async () => {
    const seen: string[] = []
    await using other = await startServer((request, response) => {
      seen.push(request.url ?? '')
      response.end('{}')
    })
    await using server = await startServer((_request, response) =>
      response.writeHead(302, { location: other.url }).end(),
    )
    expect(await failure(server.url)).toMatchObject({ exitCode: 3 })
    expect(seen).toEqual([])
  })

  it.each<[number, number]>([
    [400, 1],
    [401, 5],
    [403, 5],
    [404, 4],
    [409, 1],
    [422, 1],
    [503, 1],
  ])('that is answered %d ends with %d and the words of the service', async (status, exitCode) => {
    const body = JSON.stringify({ error: { code: 'some_code', message: 'some words', problems: ['one', 'two'] } })
    await using server = await startServer((_request, response) => response.writeHead(status).end(body))
    const error = await failure(server.url)
    expect(error.exitCode).toBe(exitCode)
    expect(error.message).toContain('some words')
  })
})

describe('the target', () => {
  const text = "store: { path: slipway.db }\nserver: { admin: { listen: '127.0.0.1:9000' } }"

  it('is what options say, then the environment, then the configuration', async () => {
    using folder = createFolder()
    const config = folder.write('slipway.yaml', text)
    folder.write('slipway.db.token', 'own\n')
    const env = { SLIPWAY_URL: 'http://127.0.0.1:9001/', SLIPWAY_TOKEN: 'from-env' }
    expect(await findTarget({ config }, {})).toMatchObject({ url: 'http://127.0.0.1:9000', token: 'own' })
    expect(await findTarget({ config }, env)).toMatchObject({ url: 'http://127.0.0.1:9001', token: 'from-env' })
    expect(await findTarget({ config, url: 'http://127.0.0.1:9002', token: 'given' }, env)).toMatchObject({
      url: 'http://127.0.0.1:9002',
      token: 'given',
    })
    const tokenFile = folder.write('mine', 'from-file\n')
    expect(await findTarget({ config, tokenFile }, env)).toMatchObject({ token: 'from-file' })
  })

  it("never sends this host's token to another host", async () => {
    using folder = createFolder()
    const config = folder.write('slipway.yaml', text)
    folder.write('slipway.db.token', 'own')
    expect((await findTarget({ config, url: 'http://ci.example.com:8081' }, {})).token).toBeUndefined()
  })

  it('is the default address without a configuration', async () => {
    expect(await findTarget({ config: '/nonexistent/slipway.yaml' }, {})).toEqual({
      url: 'http://127.0.0.1:8081',
      tokenOrigin: 'no token',
    })
  })
})
