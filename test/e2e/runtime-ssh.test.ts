import { spawn, execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Refused, Transient } from '../../src/domain/errors.ts'
import type { Endpoint } from '../../src/domain/ports/provider.ts'
import { startMachine, type TestMachine } from './runtime/machine.ts'
import { keyPair, startSshServer, type SshServer } from './runtime/ssh-server.ts'
import { listen } from './runtime/swallowing-proxy.ts'

const SSHD = '/usr/sbin/sshd'

describe('an engine over ssh', () => {
  let machine: TestMachine
  let server: SshServer

  beforeAll(async () => {
    machine = await startMachine()
    server = await startSshServer(machine.endpoint)
  })
  afterAll(async () => {
    await machine.close()
    await server.close()
  })

  function endpoint(more: object = {}): Endpoint {
    const { port, hostKey, privateKey } = server
    return { kind: 'ssh', host: '127.0.0.1', port, username: 'ci', privateKey, hostKey, ...more }
  }

  it('works as a local one, over one login', async () => {
    const runtime = machine.open({ endpoint: endpoint() })
    const before = server.logins.length
    await runtime.prepare(await machine.spec('over-ssh', ['sleep', '600'], { runsAtOnce: true }))
    await runtime.activate('over-ssh', { env: { SECRET: 'x' } })
    expect(await runtime.activity('over-ssh')).toBe('running')
    await Promise.all([runtime.list(), runtime.list(), runtime.end('over-ssh')])
    await runtime.remove('over-ssh')
    expect(server.logins.length - before).toBe(1)
    expect(new Set(server.sessions)).toEqual(new Set(['docker system dial-stdio']))
  })

  it('refuses a host that shows another key, before it logs in', async () => {
    const hostKey = `SHA256:${'A'.repeat(43)}`
    const before = server.logins.length
    const listing = machine.open({ endpoint: endpoint({ hostKey }) }).list()
    await expect(listing).rejects.toThrow(Refused)
    await expect(listing).rejects.toThrow(server.hostKey)
    expect(server.logins).toHaveLength(before)
  })

  it('is Transient when the host does not let us in', async () => {
    const stranger = keyPair().privateKey
    await expect(machine.open({ endpoint: endpoint({ privateKey: stranger }) }).list()).rejects.toThrow(Transient)
  })

  it('logs in again after the connection broke', async () => {
    const own = await startSshServer(machine.endpoint)
    const { port, hostKey, privateKey } = own
    const runtime = machine.open({ endpoint: endpoint({ port, hostKey, privateKey }) })
    await runtime.list()
    own.drop()
    await runtime.list().catch(() => undefined)
    await expect(runtime.list()).resolves.toEqual([])
    expect(own.logins).toHaveLength(2)
    await own.close()
  })
})

describe.skipIf(!existsSync(SSHD) || userInfo().uid !== 0)('an engine over OpenSSH’s own server', () => {
  let machine: TestMachine
  let folder: string
  let sshd: ChildProcess
  let port: number

  beforeAll(async () => {
    machine = await startMachine()
    folder = await mkdtemp(join(tmpdir(), 'slipway-sshd-'))
    for (const name of ['host', 'user']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
    }
    await mkdir('/run/sshd', { recursive: true })
    await writeFile(join(folder, 'authorized'), await readFile(join(folder, 'user.pub')))
    port = await freePort()
    const config = ['PidFile none', 'StrictModes no', `AuthorizedKeysFile ${folder}/authorized`, 'UsePAM no']
    await writeFile(join(folder, 'config'), [`HostKey ${folder}/host`, 'PermitRootLogin yes', ...config, ''].join('\n'))
    sshd = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'config'), '-o', `ListenAddress=127.0.0.1:${port}`])
    await saying(sshd, 'Server listening')
  })
  afterAll(async () => {
    await machine.close()
    sshd.kill()
    await rm(folder, { recursive: true })
  })

  it('pins the key as ssh-keygen prints it', async () => {
    const printed = execFileSync('ssh-keygen', ['-lf', join(folder, 'host.pub')]).toString()
    const hostKey = printed.split(' ')[1] ?? ''
    const privateKey = await readFile(join(folder, 'user'), 'utf8')
    const endpoint = { kind: 'ssh', host: '127.0.0.1', port, username: 'root', privateKey, hostKey } as const
    await expect(machine.open({ endpoint }).list()).resolves.toEqual([])
    const wrong = machine.open({ endpoint: { ...endpoint, hostKey: `SHA256:${'B'.repeat(43)}` } })
    await expect(wrong.list()).rejects.toThrow(Refused)
  })
})

async function freePort(): Promise<number> {
  const server = net.createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  return port
}

function saying(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes(words)) resolve()
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)))
  })
}
