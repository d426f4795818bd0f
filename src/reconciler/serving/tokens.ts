import { createHash, randomBytes } from 'node:crypto'
import { BadInput, Conflict, NotFound } from '../../domain/errors.ts'
import type { Change, Store } from '../../domain/ports/store.ts'
import { isValidToken, type Role, type Token } from '../../domain/token.ts'

export interface WantedToken {
  readonly name: string
  readonly roles: readonly Role[]
  readonly pools?: readonly string[]
  readonly repositories?: readonly string[]
  readonly images?: readonly string[]
  readonly ttlMs?: number
}

/** Who acts under these is no token. */
const reserved: ReadonlySet<string> = new Set(['slipway', 'rule'])

/** Makes a token; its secret is told this once, only its hash is kept. Conflict: the name is in use. */
export async function createToken(
  store: Store,
  wanted: WantedToken,
  now: number,
  by: string,
): Promise<{ token: Token; secret: string }> {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/.test(wanted.name))
    throw new BadInput(`token name ${JSON.stringify(wanted.name)} must be 1 to 64 letters, digits, dots, dashes`)
  if (reserved.has(wanted.name))
    throw new BadInput(`${wanted.name} is what Slipway calls itself in the journal; choose another name`)
  const taken = (await store.tokens()).find((token) => token.name === wanted.name && isValidToken(token, now))
  if (taken) throw new Conflict(`a token named ${wanted.name} exists; revoke it first or choose another name`)
  const secret = `slw_${randomBytes(24).toString('base64url')}`
  const token: Token = {
    name: wanted.name,
    hash: hashOf(secret),
    roles: wanted.roles,
    pools: wanted.pools ?? [],
    repositories: wanted.repositories ?? [],
    images: wanted.images ?? [],
    createdAt: now,
    ...(wanted.ttlMs !== undefined && { expiresAt: now + wanted.ttlMs }),
  }
  const reason = `roles ${wanted.roles.join(', ')}`
  await store.commit([{ kind: 'token', token }, noted('create-token', wanted.name, reason, now, by)])
  return { token, secret }
}

export async function revokeToken(store: Store, name: string, now: number, by: string): Promise<void> {
  const token = (await store.tokens()).find((each) => each.name === name)
  if (!token) throw new NotFound(`there is no token named ${name}`)
  const revoked = { ...token, revokedAt: now }
  await store.commit([{ kind: 'token', token: revoked }, noted('revoke-token', name, 'it counts no more', now, by)])
}

function noted(kind: string, name: string, reason: string, at: number, by: string): Change {
  return { kind: 'journal', entry: { at, kind, subject: `token:${name}`, reason, outcome: 'done', by } }
}

/** The secret has 192 random bits, so that looking its hash up leaks nothing that helps to guess it. */
export async function authenticate(store: Store, secret: string, now: number): Promise<Token | undefined> {
  const hash = hashOf(secret)
  return (await store.tokens()).find((token) => token.hash === hash && isValidToken(token, now))
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
