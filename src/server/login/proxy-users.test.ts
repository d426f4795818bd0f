import { describe, expect, it } from 'vitest'
import { startServerFixture, type ServerFixture } from '../../../test/contracts/server-fixture.ts'
import { logIn } from '../../../test/contracts/console-browser.ts'
import type { ProxyAuth } from './proxy-users.ts'

const auth: ProxyAuth = {
  header: 'x-forwarded-user',
  trusted: ['127.0.0.0/8', '::1'],
  admins: ['alice', '*@ops.example.com'],
  readers: ['*'],
  logs: ['carol'],
}

function start(changes: Partial<ProxyAuth> = {}): Promise<ServerFixture> {
  return startServerFixture({ proxyAuth: { ...auth, ...changes } })
}

async function who(server: ServerFixture, user: string, more: Record<string, string> = {}) {
  const answer = await fetch(`${server.adminUrl}/api/v1/me`, { headers: { 'x-forwarded-user': user, ...more } })
  return [answer.status, await answer.json()] as const
}

describe('a user whom a trusted proxy names', () => {
  it('is in, with the roles that the configuration gives', async () => {
    await using server = await start()
    const told = { via: 'proxy', owner: 'test', version: '0.0.0', csrf: expect.any(String) }
    const alice = { ...told, name: 'alice', by: 'alice via proxy', roles: ['admin'] }
    expect(await who(server, 'alice')).toEqual([200, alice])
    for (const [user, roles] of [
      ['eve@ops.example.com', ['admin']],
      ['Alice', ['read']],
      ['bob', ['read']],
      ['carol', ['read', 'logs']],
    ] as const)
      expect(await who(server, user)).toMatchObject([200, { name: user, roles }])
  })

  it('that it gives no role is refused, with the reason', async () => {
    await using server = await start({ readers: ['bob'] })
    expect(await who(server, 'carol')).toMatchObject([403, { error: { message: expect.stringContaining('to carol') } }])
  })

  it('needs the page’s own token to write: the proxy’s cookie goes along with anybody’s request', async () => {
    await using server = await start()
    server.operations.addToken(['read'], { name: 'ci' })
    const [, told] = await who(server, 'alice')
    const { csrf } = told as { csrf: string }
    const revoke = async (user: string, headers: Record<string, string>) =>
      (
        await fetch(`${server.adminUrl}/api/v1/tokens/ci`, {
          method: 'DELETE',
          headers: { 'x-forwarded-user': user, ...headers },
        })
      ).status
    const here = { origin: server.adminUrl }
    expect(await revoke('alice', here)).toBe(403)
    expect(await revoke('alice', { 'x-slipway-csrf': csrf, origin: 'https://evil.example' })).toBe(403)
    expect(await revoke('x@ops.example.com', { 'x-slipway-csrf': csrf, ...here })).toBe(403)
    expect(await revoke('bob', { 'x-slipway-csrf': csrf, ...here })).toBe(403)
    expect(server.operations.tokensBy).toEqual([])
    expect(await revoke('alice', { 'x-slipway-csrf': csrf, ...here })).toBe(204)
    expect(server.operations.tokensBy).toEqual([{ name: 'ci', by: 'alice via proxy' }])
  })

  it('in no plain form is nobody', async () => {
    await using server = await start()
    for (const user of ['', ' ', 'alice, bob', 'alice bob', 'a'.repeat(129), 'ünïcode'.normalize('NFC')])
      expect([user, (await who(server, user))[0]]).toEqual([user, 401])
  })

  it('is no match for a token or a login of their own', async () => {
    await using server = await start()
    const bearer = `Bearer ${server.operations.addToken(['read'], { name: 'ci' })}`
    expect(await who(server, 'alice', { authorization: bearer })).toMatchObject([200, { name: 'ci', roles: ['read'] }])
    expect((await who(server, 'alice', { authorization: 'Bearer wrong' }))[0]).toBe(401)
    // What the proxy asked them with, passed on.
    expect((await who(server, 'alice', { authorization: 'Basic YTpi' }))[0]).toBe(200)
    const { cookie } = await logIn(server, ['read'])
    expect(await who(server, 'alice', { cookie })).toMatchObject([200, { name: 'ann', via: 'console' }])
  })
})

describe('the user header of somebody else', () => {
  it('is ignored, and told once', async () => {
    await using server = await start({ trusted: ['10.0.0.0/8', 'fd00::/8'] })
    const claims: Record<string, string>[] = [{}, { 'x-forwarded-for': '10.0.0.1' }, { 'x-real-ip': '10.0.0.1' }]
    for (const headers of claims) {
      const [status, body] = await who(server, 'alice', headers)
      expect([status, JSON.stringify(body)]).toEqual([401, expect.stringContaining('this came from 127.0.0.1')])
    }
    expect(server.log).toMatchObject([{ level: 'warn', fields: { header: 'x-forwarded-user', peer: '127.0.0.1' } }])
  })

  it('does not get in the way of a token', async () => {
    await using server = await start({ trusted: ['10.0.0.0/8'] })
    const headers = { 'x-forwarded-user': 'alice' }
    expect((await server.call('GET', '/api/v1/status', { as: ['read'], headers })).status).toBe(200)
  })

  it('means nothing where no proxy is configured', async () => {
    await using server = await startServerFixture()
    expect((await who(server, 'alice'))[0]).toBe(401)
    expect(server.log).toEqual([])
  })
})
