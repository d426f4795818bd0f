import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import tls from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { createFakeClock, type FakeClock } from '../../../../test/fakes/clock.ts'
import { Refused, Unauthorized } from '../../../domain/errors.ts'
import type { TlsMaterial } from '../../../domain/ports/provider.ts'
import { systemClock } from '../../../kit/system-clock.ts'
import { createAuthority } from './index.ts'

const DAY = 86_400_000
const KEY = 'words of the configuration'

function aStore() {
  const saved: string[] = []
  return { saved, save: async (sealed: string) => void saved.push(sealed), sealed: () => saved.at(-1) }
}

async function anAuthority(clock: Pick<FakeClock, 'wall'> = systemClock, store = aStore()) {
  const open = () => createAuthority({ sealed: store.sealed(), key: KEY, clock, save: store.save })
  return { authority: await open(), store, reopen: open }
}

const certificates = (pem: string) =>
  (pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map((one) => new X509Certificate(one))
const first = (pem: string) => certificates(pem)[0] as X509Certificate

describe('the authority', () => {
  it('is made once, and the same after a restart', async () => {
    const { authority, store, reopen } = await anAuthority()
    const before = await authority.client()
    expect(await (await reopen()).client()).toEqual(before)
    expect(store.saved).toHaveLength(1)
  })

  it('is kept sealed: no certificate, key or word of it can be read', async () => {
    const { authority, store } = await anAuthority()
    const { key } = await authority.client()
    const sealed = store.sealed() ?? ''
    expect(sealed).toMatch(/^v1(\.[\w-]+){4}$/)
    for (const part of sealed.split('.')) {
      const bytes = Buffer.from(part, 'base64url').toString('latin1')
      expect(bytes).not.toContain('BEGIN')
      expect(bytes).not.toContain(key.slice(40, 60))
    }
  })

  const spoilt: [string, (sealed: string) => { key?: string; sealed?: string }, RegExp][] = [
    ['another key', () => ({ key: 'other words' }), /does not open with authority\.key.*former key back/],
    ['an empty key', () => ({ key: '' }), /does not open/],
    [
      'a changed byte',
      (sealed) => ({ sealed: sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA') }),
      /damaged/,
    ],
    ['a cut text', (sealed) => ({ sealed: sealed.slice(0, -100) }), /damaged/],
    ['something else', () => ({ sealed: 'hello' }), /none of ours/],
  ]
  it.each(spoilt)('does not open with %s, and says so', async (_what, spoil, words) => {
    const { store } = await anAuthority()
    const sealed = store.sealed() ?? ''
    const opening = createAuthority({ key: KEY, sealed, clock: systemClock, save: store.save, ...spoil(sealed) })
    await expect(opening).rejects.toThrow(Unauthorized)
    await expect(opening).rejects.toThrow(words)
    expect(store.saved).toHaveLength(1)
  })

  it('uses nothing that could not be kept', async () => {
    const save = () => Promise.reject(new Error('the disk is full'))
    const making = createAuthority({ sealed: undefined, key: KEY, clock: systemClock, save })
    await expect(making).rejects.toThrow('the disk is full')
  })

  it('gives each machine a key pair of its own, for its name, as a server, for its life', async () => {
    const clock = createFakeClock()
    const { authority } = await anAuthority(clock)
    const [one, two] = [await authority.issue('m1', DAY), await authority.issue('m2', DAY)]
    expect(one.key).not.toBe(two.key)
    const cert = first(one.cert)
    expect(cert.subjectAltName).toBe('DNS:m1')
    expect(cert.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(cert.ca).toBe(false)
    expect(cert.validToDate.getTime()).toBe(clock.wall() + 8 * DAY)
    expect(first((await authority.client()).cert).keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  })

  it.each(['', 'M1', '1m', 'a.b', '*', 'sixteen-letters-', 'a,DNS:b'])('names no machine %j', async (name) => {
    const { authority } = await anAuthority()
    await expect(authority.issue(name, DAY)).rejects.toThrow(Refused)
  })
})

describe('rotation', () => {
  const steps: [string, number, { authorities: number; newClient: boolean }][] = [
    ['at once', 0, { authorities: 1, newClient: false }],
    ['after 59 days', 59, { authorities: 1, newClient: false }],
    ['after 61 days: the client certificate ends in 29', 61, { authorities: 1, newClient: true }],
    ['after 639 days', 639, { authorities: 1, newClient: true }],
    ['after 641 days: the authority ends in 89', 641, { authorities: 2, newClient: true }],
    ['after 731 days: it has ended', 731, { authorities: 1, newClient: true }],
  ]
  it.each(steps)('%s', async (_when, days, expected) => {
    const clock = createFakeClock()
    const { authority, store, reopen } = await anAuthority(clock)
    const before = await authority.client()
    clock.jump(days * DAY)
    const after = await authority.client()
    expect(certificates(after.ca)).toHaveLength(expected.authorities)
    expect(certificates(after.cert)).toHaveLength(expected.authorities)
    expect(after.key !== before.key).toBe(expected.newClient)
    expect(store.saved).toHaveLength(expected.newClient ? 2 : 1)
    expect(await (await reopen()).client()).toEqual(after)
  })

  it('forgets the former authority when no machine of it can live', async () => {
    const clock = createFakeClock()
    const { authority } = await anAuthority(clock)
    clock.jump(641 * DAY)
    const [, former] = certificates((await authority.client()).ca)
    clock.jump(90 * DAY)
    const { ca } = await authority.client()
    expect(certificates(ca)).toHaveLength(1)
    expect(ca).not.toContain(former?.toString())
  })

  it('comes sooner for a machine that lives longer than the authority', async () => {
    const clock = createFakeClock()
    const { authority } = await anAuthority(clock)
    clock.jump(500 * DAY)
    const { ca, cert } = await authority.issue('m1', 300 * DAY)
    expect(first(ca).validToDate.getTime()).toBeGreaterThan(first(cert).validToDate.getTime())
  })

  it('happens once, however many ask, and again when it could not be kept', async () => {
    const clock = createFakeClock()
    const store = aStore()
    let full = false
    const save = (sealed: string) => (full ? Promise.reject(new Error('full')) : store.save(sealed))
    const authority = await createAuthority({ sealed: undefined, key: KEY, clock, save })
    const before = await authority.client()
    clock.jump(641 * DAY)
    full = true
    await expect(authority.client()).rejects.toThrow('full')
    full = false
    const clients = await Promise.all([1, 2, 3].map(() => authority.client()))
    expect(new Set(clients.map(({ cert }) => cert)).size).toBe(1)
    expect(clients[0]?.cert).not.toBe(before.cert)
    expect(store.saved).toHaveLength(2)
  })
})

describe('a real handshake', () => {
  const servers: tls.Server[] = []
  /** The server's no: which of them the client sees depends on what it reads first. */
  const REFUSED = /^(closed|ECONNRESET|ERR_SSL_.*ALERT_.*)$/
  afterEach(() => servers.splice(0).forEach((server) => server.close()))

  /** What came of it: as the client tells, and as the server. */
  async function shake(machine: TlsMaterial, client: TlsMaterial | { ca: string }, serverName: string) {
    const server = tls.createServer({ ...machine, requestCert: true, rejectUnauthorized: true }, (socket) =>
      socket.end('hello'),
    )
    servers.push(server.listen(0, '127.0.0.1'))
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    return new Promise<string>((resolve) => {
      const socket = tls.connect({ host: '127.0.0.1', port, ...client, servername: serverName })
      socket.on('data', (data) => resolve(data.toString()))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      socket.on('close', () => resolve('closed'))
    })
  }

  it('works between Slipway and the machine, by its name alone', async () => {
    const { authority } = await anAuthority()
    const [machine, client] = [await authority.issue('m1', DAY), await authority.client()]
    expect(await shake(machine, client, 'm1')).toBe('hello')
    expect(await shake(machine, client, 'm2')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it('refuses who shows nothing, a stranger, a machine, and a machine of a stranger', async () => {
    const [ours, strangers] = [(await anAuthority()).authority, (await anAuthority()).authority]
    const [machine, client, stranger] = [await ours.issue('m1', DAY), await ours.client(), await strangers.client()]
    const other = await ours.issue('m2', DAY)
    expect(await shake(machine, { ca: client.ca }, 'm1')).toMatch(REFUSED)
    expect(await shake(machine, { ...stranger, ca: client.ca }, 'm1')).toMatch(REFUSED)
    // A key pair stolen from one machine opens no other.
    expect(await shake(machine, { ...other, ca: client.ca }, 'm1')).toMatch(REFUSED)
    expect(await shake(await strangers.issue('m1', DAY), client, 'm1')).toMatch(
      /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER/,
    )
  })

  it('works across a rotation, with machines of both authorities', async () => {
    const clock = { now: systemClock.wall() - 700 * DAY, wall: () => clock.now }
    const { authority } = await anAuthority(clock)
    clock.now += 635 * DAY
    const old = await authority.issue('old', 70 * DAY)
    const before = await authority.client()
    clock.now += 65 * DAY
    const [young, client] = [await authority.issue('young', DAY), await authority.client()]
    expect(client.cert).not.toBe(before.cert)
    expect(old.ca).not.toBe(young.ca)
    expect(await shake(old, client, 'old')).toBe('hello')
    expect(await shake(young, client, 'young')).toBe('hello')
  })
})
