import { describe, expect, test } from 'vitest'
import { BadInput, Conflict, NotFound } from '../../domain/errors.ts'
import { createMemoryStore } from '../../store/memory/index.ts'
import { authenticate, createToken, revokeToken } from './tokens.ts'

const now = 1_800_000_000_000
const wanted = { name: 'ci', roles: ['submit'] as const }

describe('a token', () => {
  test('is known by its secret, of which only the hash is kept', async () => {
    const store = createMemoryStore()
    const { token, secret } = await createToken(store, { ...wanted, pools: ['linux'], images: ['a:*'] }, now, 'ann')
    expect(await authenticate(store, secret, now)).toEqual(token)
    expect(token).toMatchObject({ name: 'ci', roles: ['submit'], pools: ['linux'], repositories: [], images: ['a:*'] })
    const kept = JSON.stringify(await store.tokens())
    expect(kept).not.toContain(secret)
    expect(kept).not.toContain(secret.slice(4))
    expect(token.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('has a secret of its own each time, too long to guess', async () => {
    const store = createMemoryStore()
    const secrets = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await createToken(store, { ...wanted, name }, now, 'ann')).secret),
    )
    expect(new Set(secrets).size).toBe(3)
    for (const secret of secrets) expect(secret).toMatch(/^slw_[\w-]{32}$/)
  })

  test('is not known by anything else', async () => {
    const store = createMemoryStore()
    const { token, secret } = await createToken(store, wanted, now, 'ann')
    for (const wrong of ['', 'slw_', `${secret}x`, secret.slice(0, -1), secret.toUpperCase(), token.hash, token.name])
      expect(await authenticate(store, wrong, now)).toBeUndefined()
  })

  test('counts until it expires', async () => {
    const store = createMemoryStore()
    const { secret } = await createToken(store, { ...wanted, ttlMs: 1000 }, now, 'ann')
    expect(await authenticate(store, secret, now + 999)).toBeDefined()
    expect(await authenticate(store, secret, now + 1000)).toBeUndefined()
  })

  test('counts for ever without an expiry', async () => {
    const store = createMemoryStore()
    const { token, secret } = await createToken(store, wanted, now, 'ann')
    expect(token).not.toHaveProperty('expiresAt')
    expect(await authenticate(store, secret, now * 2)).toBeDefined()
  })

  test('counts no more once it is revoked, and stays on the list', async () => {
    const store = createMemoryStore()
    const { secret } = await createToken(store, wanted, now, 'ann')
    await revokeToken(store, 'ci', now + 5, 'ann')
    expect(await authenticate(store, secret, now + 6)).toBeUndefined()
    expect(await store.tokens()).toMatchObject([{ name: 'ci', revokedAt: now + 5 }])
  })
})

describe('names of tokens', () => {
  test('are used once at a time', async () => {
    const store = createMemoryStore()
    await createToken(store, wanted, now, 'ann')
    await expect(createToken(store, wanted, now, 'ann')).rejects.toBeInstanceOf(Conflict)
  })

  test('are free again once the token is revoked or has expired, and the old secret stays dead', async () => {
    const store = createMemoryStore()
    const first = await createToken(store, { ...wanted, ttlMs: 1000 }, now, 'ann')
    const second = await createToken(store, wanted, now + 1000, 'ann')
    await revokeToken(store, 'ci', now + 1001, 'ann')
    const third = await createToken(store, wanted, now + 1002, 'ann')
    const known = await Promise.all([first, second, third].map(({ secret }) => authenticate(store, secret, now + 1003)))
    expect(known).toEqual([undefined, undefined, third.token])
  })

  test.each(['', ' ', '-x', 'a b', 'a/b', 'a\n', 'x'.repeat(65)])('%j is refused', async (name) => {
    await expect(createToken(createMemoryStore(), { ...wanted, name }, now, 'ann')).rejects.toBeInstanceOf(BadInput)
  })

  test('of none can not be revoked', async () => {
    await expect(revokeToken(createMemoryStore(), 'nobody', now, 'ann')).rejects.toBeInstanceOf(NotFound)
  })
})

describe('the journal', () => {
  test('tells who made and who revoked a token', async () => {
    const store = createMemoryStore()
    const { secret } = await createToken(store, wanted, now, 'ann via console')
    await revokeToken(store, 'ci', now + 1, 'bob')
    const entries = await store.journal({ subject: 'token:ci', limit: 10 })
    expect(entries).toEqual([
      {
        at: now + 1,
        kind: 'revoke-token',
        subject: 'token:ci',
        reason: 'it counts no more',
        outcome: 'done',
        by: 'bob',
      },
      {
        at: now,
        kind: 'create-token',
        subject: 'token:ci',
        reason: 'roles submit',
        outcome: 'done',
        by: 'ann via console',
      },
    ])
    expect(JSON.stringify(entries)).not.toContain(secret)
  })

  test.each(['slipway', 'rule'])('knows %s as the service itself: no token is called so', async (name) => {
    await expect(createToken(createMemoryStore(), { ...wanted, name }, now, 'ann')).rejects.toBeInstanceOf(BadInput)
  })
})
