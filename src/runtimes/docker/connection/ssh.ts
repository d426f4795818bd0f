import { createHash } from 'node:crypto'
import http from 'node:http'
import type { Duplex } from 'node:stream'
import { callbackify } from 'node:util'
import { Client, type ClientChannel } from 'ssh2'
import type { Endpoint } from '../../../domain/ports/provider.ts'
import { Refused } from '../../../domain/errors.ts'

type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>

/** OpenSSH admits 10 sessions on a connection by default; two are left for long-lived streams that were upgraded. */
const MAX_SESSIONS = 8

export interface SshTunnel {
  readonly agent: http.Agent
  close(): void
}

/**
 * An agent whose sockets are sessions of `docker system dial-stdio` on one ssh connection, as docker's own client
 * makes them. dockerode's ssh is not used: it verifies no host key and logs in anew for every request.
 */
export function createSshTunnel(endpoint: SshEndpoint): SshTunnel {
  const agent = new http.Agent({ keepAlive: true, maxSockets: MAX_SESSIONS })
  const connection = sharedConnection(endpoint)
  const open = callbackify(async () => asSocket(await openSession(await connection.get())))
  agent.createConnection = (_options, callback) => {
    open((error, socket) => callback?.(error, socket))
    return undefined
  }
  return {
    agent,
    close() {
      agent.destroy()
      connection.close()
    },
  }
}

/** One connection for all sessions, made when first needed and again after it broke. */
function sharedConnection(endpoint: SshEndpoint) {
  let current: { client: Client; ready: Promise<Client> } | undefined
  return {
    get(): Promise<Client> {
      if (current) return current.ready
      const made = logIn(endpoint)
      current = made
      made.client.once('close', () => {
        if (current === made) current = undefined
      })
      return made.ready
    },
    close() {
      current?.client.end()
      current = undefined
    },
  }
}

function logIn(endpoint: SshEndpoint): { client: Client; ready: Promise<Client> } {
  const client = new Client()
  const shown: { hostKey?: string } = {}
  const ready = new Promise<Client>((resolve, reject) => {
    client.once('ready', () => resolve(client))
    client.on('error', (error) => reject(wrongHostKey(endpoint, shown.hostKey) ?? error))
    client.once('close', () => reject(new Error(`the ssh connection to ${endpoint.host} was closed`)))
  })
  client.connect({
    host: endpoint.host,
    port: endpoint.port,
    username: endpoint.username,
    privateKey: endpoint.privateKey,
    keepaliveInterval: 15_000,
    readyTimeout: 20_000,
    hostVerifier: (key: Buffer) => {
      shown.hostKey = fingerprint(key)
      return sameFingerprint(shown.hostKey, endpoint.hostKey)
    },
  })
  return { client, ready }
}

function wrongHostKey(endpoint: SshEndpoint, shown: string | undefined): Refused | undefined {
  if (!shown || sameFingerprint(shown, endpoint.hostKey)) return undefined
  return new Refused(
    `${endpoint.host} showed the host key ${shown}, but ${endpoint.hostKey} is pinned. If the host was set up anew, ` +
      'compare with `ssh-keygen -lf` on the host itself and change hostKey.',
  )
}

/** As `ssh-keygen -lf` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

function sameFingerprint(a: string, b: string): boolean {
  return a.replace(/=+$/, '') === b.replace(/=+$/, '')
}

function openSession(client: Client): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec('docker system dial-stdio', (error, session) => {
      if (error) reject(error)
      else resolve(session)
    })
  })
}

/** A session has no socket options; the http agent sets some, and they mean nothing here. */
function asSocket(session: ClientChannel): Duplex {
  const nothing = () => session
  return Object.assign(session, {
    setKeepAlive: nothing,
    setNoDelay: nothing,
    setTimeout: nothing,
    ref: nothing,
    unref: nothing,
    destroySoon: () => session.destroy(),
  })
}
