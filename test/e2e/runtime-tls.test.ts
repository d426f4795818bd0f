import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Transient } from '../../src/domain/errors.ts'
import type { TlsMaterial } from '../../src/domain/ports/provider.ts'
import { startMachine, type TestMachine } from './runtime/machine.ts'
import { listen } from './runtime/swallowing-proxy.ts'

describe('an engine over TCP with TLS', () => {
  let machine: TestMachine
  let server: tls.Server
  let port: number
  let ours: TlsMaterial
  let stranger: TlsMaterial

  beforeAll(async () => {
    machine = await startMachine()
    const { endpoint } = machine
    if (endpoint.kind !== 'unix') throw new Error('the door leads to a unix socket')
    const host = await makeCertificates()
    ours = host.client
    stranger = (await makeCertificates()).client
    server = tls.createServer({ ...host.server, requestCert: true, rejectUnauthorized: true }, (socket) => {
      const upstream = net.connect(endpoint.path)
      socket.pipe(upstream).pipe(socket)
      for (const end of [socket, upstream]) end.on('error', () => [socket, upstream].forEach((one) => one.destroy()))
    })
    port = await listen(server)
  })
  afterAll(async () => {
    await machine.close()
    server.close()
  })

  const open = (material: TlsMaterial) =>
    machine.open({ endpoint: { kind: 'tcp', host: 'localhost', port, tls: material } })

  it('works as a local one', async () => {
    const runtime = open(ours)
    await runtime.prepare(await machine.spec('over-tls', ['/bin/sh', '-c', 'echo "$VALUE"']))
    await runtime.activate('over-tls', { env: { VALUE: 'through' } })
    expect((await runtime.list()).map(({ key }) => key)).toEqual(['over-tls'])
    await runtime.remove('over-tls')
  })

  it.each([
    ['a host that another authority vouches for', () => ({ ...ours, ca: stranger.ca })],
    ['us when we show a stranger’s certificate', () => ({ ...stranger, ca: ours.ca })],
  ])('refuses %s', async (_name, material) => {
    await expect(open(material()).list()).rejects.toThrow(Transient)
  })
})

/** An authority with a certificate for each side. */
async function makeCertificates(): Promise<{ server: TlsMaterial; client: TlsMaterial }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-tls-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  try {
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout']
    openssl('req', '-x509', ...key, 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority', '-days', '2')
    await writeFile(join(folder, 'extensions'), 'subjectAltName=DNS:localhost\n')
    for (const side of ['server', 'client']) {
      openssl('req', ...key, `${side}.key`, '-out', `${side}.csr`, '-subj', `/CN=${side}`)
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions']
      openssl('x509', '-req', '-in', `${side}.csr`, ...signed, '-out', `${side}.pem`)
    }
    const ca = await read('ca.pem')
    const of = async (side: string) => ({ ca, cert: await read(`${side}.pem`), key: await read(`${side}.key`) })
    return { server: await of('server'), client: await of('client') }
  } finally {
    await rm(folder, { recursive: true })
  }
}
