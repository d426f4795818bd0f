import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../../../kit/system-clock.ts'
import { callEngine } from './call.ts'
import { connectEngine } from './client.ts'

const servers: http.Server[] = []
afterEach(() => servers.splice(0).forEach((server) => server.close()))

async function engineOf(answer: (path: string) => { status: number; body: object }) {
  const paths: string[] = []
  const server = http.createServer((request, response) => {
    const path = request.url ?? ''
    paths.push(path)
    const { status, body } = answer(path)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  servers.push(server)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { docker, close } = connectEngine({ kind: 'tcp', host: '127.0.0.1', port })
  const call = () =>
    callEngine({ docker, clock: systemClock, where: 'here' }, 'asking', 5000, (abortSignal) =>
      docker.info({ abortSignal }),
    )
  return { call, paths, close }
}

it('speaks the oldest version that a newer engine names, from then on', async () => {
  const message = 'client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade'
  const { call, paths, close } = await engineOf((path) =>
    path.startsWith('/v1.41/') ? { status: 400, body: { message } } : { status: 200, body: { NCPU: 2 } },
  )
  await expect(call()).resolves.toEqual({ NCPU: 2 })
  await call()
  close()
  expect(paths).toEqual(['/v1.41/info', '/v1.44/info', '/v1.44/info'])
})

it('does not ask again when the engine contradicts itself', async () => {
  const message = 'client version 1.41 is too old. Minimum supported API version is 1.44'
  const { call, paths, close } = await engineOf(() => ({ status: 400, body: { message } }))
  await expect(call()).rejects.toThrow('too old')
  close()
  expect(paths).toHaveLength(2)
})
