import { generateKeyPairSync } from 'node:crypto'
import net from 'node:net'
import ssh2 from 'ssh2'
import type { Endpoint } from '../../../src/domain/ports/provider.ts'
import { fingerprint } from '../../../src/runtimes/docker/connection/ssh.ts'
import { listen } from './swallowing-proxy.ts'

export interface SshServer {
  readonly port: number
  /** `SHA256:…` of its host key. */
  readonly hostKey: string
  /** A key that it lets in. */
  readonly privateKey: string
  /** How often somebody logged in, or tried to. */
  readonly logins: string[]
  /** Sessions on an engine that were opened. */
  readonly sessions: string[]
  /** Ends all connections. */
  drop(): void
  close(): Promise<void>
}

/** An ssh server that knows one command, docker's own: it leads to the engine's socket. */
export async function startSshServer(engine: Endpoint): Promise<SshServer> {
  if (engine.kind !== 'unix') throw new Error('the server leads to a unix socket')
  const host = keyPair()
  const user = keyPair()
  const logins: string[] = []
  const sessions: string[] = []
  const connections = new Set<ssh2.Connection>()
  const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => connection.end())
    connection.on('close', () => connections.delete(connection))
    connection.on('authentication', (attempt) => {
      if (attempt.method !== 'publickey') return attempt.reject(['publickey'])
      // The client asks first whether the key would do, unsigned.
      if (attempt.signature) logins.push(attempt.username)
      return attempt.key.data.equals(user.publicKey) ? attempt.accept() : attempt.reject()
    })
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        sessions.push(command)
        const channel = acceptExec()
        const upstream = net.connect(engine.path)
        channel.pipe(upstream).pipe(channel)
        upstream.on('error', () => channel.close())
        channel.on('error', () => upstream.destroy())
        channel.on('close', () => upstream.destroy())
      })
    })
  })
  const port = await listen(server)
  return {
    port,
    hostKey: fingerprint(host.publicKey),
    privateKey: user.privateKey,
    logins,
    sessions,
    drop() {
      connections.forEach((connection) => connection.end())
    },
    close() {
      connections.forEach((connection) => connection.end())
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

export function keyPair(): { privateKey: string; publicKey: Buffer } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const parsed = ssh2.utils.parseKey(pem)
  if (parsed instanceof Error) throw parsed
  return { privateKey: pem, publicKey: parsed.getPublicSSH() }
}
