import { describe, expect, it } from 'vitest'
import { cookieOf, logIn, postLogin } from '../../../test/contracts/console-browser.ts'
import { FAKE_NOW } from '../../../test/contracts/operations-fake.ts'
import { startServerFixture, type ServerFixture } from '../../../test/contracts/server-fixture.ts'
import { Throttled } from '../../domain/errors.ts'

const HOUR = 3_600_000

function me(server: ServerFixture, headers: Record<string, string>): Promise<Response> {
  return fetch(`${server.adminUrl}/api/v1/me`, { headers })
}

describe('a login', () => {
  it('gives a cookie that no script can read and no other site can send, and says who is in', async () => {
    await using server = await startServerFixture()
    const { answer, cookie } = await logIn(server, ['read'])
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toMatch(
      /^slipway=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    )
    const who = await (await me(server, { cookie })).json()
    const told = {
      name: 'ann',
      by: 'ann via console',
      via: 'console',
      roles: ['read'],
      owner: 'test',
      version: '0.0.0',
    }
    expect(who).toEqual({ ...told, csrf: expect.stringMatching(/^[\w-]{43}$/), expiresAt: FAKE_NOW + 12 * HOUR })
    expect(await answer.json()).toEqual(who)
    expect(server.operations.audited).toEqual([
      { kind: 'login', subject: 'token:ann', reason: 'from 127.0.0.1', by: 'ann via console' },
    ])
  })

  it('over https, as a trusted proxy says, gives a cookie for https and this host alone', async () => {
    await using server = await startServerFixture({ adminTrustProxy: ['127.0.0.1'] })
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'ci.example.com' }
    const { answer, cookie } = await logIn(server, ['read'], { ...proxied, origin: 'https://ci.example.com' })
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-slipway=.*; HttpOnly; SameSite=Strict; Secure$/)
    expect((await me(server, { ...proxied, cookie })).status).toBe(200)
    // What came without https does not count with it: somebody in between may have set it.
    const plain = cookie.replace('__Host-', '')
    expect((await me(server, { ...proxied, cookie: plain })).status).toBe(401)
  })

  it('believes nobody else that it is https', async () => {
    await using server = await startServerFixture()
    const { answer } = await logIn(server, ['read'], { 'x-forwarded-proto': 'https' })
    expect(answer.headers.get('set-cookie')).not.toContain('Secure')
  })

  it('with a wrong token is refused and noted, without the token', async () => {
    await using server = await startServerFixture()
    const answer = await postLogin(server.adminUrl, 'slw_guess')
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null])
    expect(server.operations.audited).toMatchObject([{ kind: 'login-refused', subject: 'address:127.0.0.1' }])
    expect(JSON.stringify([server.operations.audited, server.log])).not.toContain('guess')
  })

  it('with a token that may not look is refused', async () => {
    await using server = await startServerFixture()
    const { answer } = await logIn(server, ['submit', 'logs'])
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null])
    expect(server.operations.audited).toMatchObject([{ kind: 'login-refused', by: 'ann' }])
  })

  it('can be tried ten times a minute from one address', async () => {
    await using server = await startServerFixture()
    const answers = await Promise.all(Array.from({ length: 12 }, () => postLogin(server.adminUrl, 'guess')))
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429])
    const late = answers.find(({ status }) => status === 429)
    expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await late?.json()).toMatchObject({ error: { code: 'rate_limited' } })
    expect(server.operations.audited).toHaveLength(10)
  })

  it('can not be made by a page of another site', async () => {
    await using server = await startServerFixture()
    const forged: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: server.adminUrl },
    ]
    for (const headers of forged) expect((await logIn(server, ['admin'], headers)).answer.status).toBe(403)
    const form = { 'content-type': 'text/plain' }
    expect((await logIn(server, ['admin'], form)).answer.status).toBe(415)
  })

  it('works while the journal can not be written, and says so in the log', async () => {
    await using server = await startServerFixture()
    server.operations.next('audit', { error: new Throttled('disk full', 1) })
    expect((await logIn(server)).answer.status).toBe(200)
    expect(server.log).toMatchObject([{ level: 'warn', fields: { kind: 'login', by: 'ann via console' } }])
  })
})

describe('a session', () => {
  it('has a secret of its own each time, whatever cookie was there before', async () => {
    await using server = await startServerFixture()
    const planted = `slipway=${'a'.repeat(43)}`
    const first = await logIn(server, ['admin'], { cookie: planted })
    expect(first.cookie).not.toBe(planted)
    expect((await me(server, { cookie: planted })).status).toBe(401)
    // Who logs in again leaves nothing of the session before.
    const second = await logIn(server, ['admin'], { cookie: first.cookie })
    expect((await me(server, { cookie: first.cookie })).status).toBe(401)
    expect((await me(server, { cookie: second.cookie })).status).toBe(200)
  })

  it('is over after its time', async () => {
    await using server = await startServerFixture({ sessionMs: HOUR })
    const { cookie } = await logIn(server)
    server.clock.advance(HOUR - 1)
    expect((await me(server, { cookie })).status).toBe(200)
    server.clock.advance(1)
    const over = await me(server, { cookie })
    expect([over.status, await over.text()]).toEqual([401, expect.stringContaining('log in again')])
  })

  it('is over with its token', async () => {
    await using server = await startServerFixture()
    const { cookie } = await logIn(server)
    await server.operations.revokeToken('ann', 'bob')
    expect((await me(server, { cookie })).status).toBe(401)
  })

  it('ends by logging out, which forgets the cookie and is noted', async () => {
    await using server = await startServerFixture()
    const { cookie, csrf } = await logIn(server)
    const headers = { cookie, 'x-slipway-csrf': csrf, origin: server.adminUrl }
    const out = await fetch(`${server.adminUrl}/api/v1/session`, { method: 'DELETE', headers })
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringMatching(/^slipway=; .*Max-Age=0;/)])
    expect((await me(server, { cookie })).status).toBe(401)
    expect(server.operations.audited).toMatchObject([{ kind: 'login' }, { kind: 'logout', by: 'ann via console' }])
  })

  it('may do what its token may, and no more', async () => {
    await using server = await startServerFixture()
    const { cookie, csrf } = await logIn(server, ['read'])
    const headers = { cookie, 'x-slipway-csrf': csrf, origin: server.adminUrl }
    expect((await fetch(`${server.adminUrl}/api/v1/status`, { headers })).status).toBe(200)
    expect((await fetch(`${server.adminUrl}/api/v1/tokens`, { headers })).status).toBe(403)
    expect((await fetch(`${server.adminUrl}/api/v1/jobs/x/log`, { headers })).status).toBe(403)
  })
})

describe('a write by a session', () => {
  async function revoke(server: ServerFixture, headers: Record<string, string>): Promise<[number, string]> {
    const answer = await fetch(`${server.adminUrl}/api/v1/tokens/ci`, { method: 'DELETE', headers })
    const body = await answer.text()
    return [answer.status, body && (JSON.parse(body) as { error: { code: string } }).error.code]
  }

  it('needs the page’s own token and to come from the page', async () => {
    await using server = await startServerFixture()
    server.operations.addToken(['read'], { name: 'ci' })
    const { cookie, csrf } = await logIn(server)
    const other = await logIn(server, ['admin'], {}, 'eve')
    const here = { origin: server.adminUrl }
    const shown = { 'x-slipway-csrf': csrf }
    for (const headers of [
      {},
      { ...here },
      { ...here, 'x-slipway-csrf': '' },
      { ...here, 'x-slipway-csrf': `${csrf.slice(0, -1)}_` },
      { ...here, 'x-slipway-csrf': other.csrf },
      { ...shown },
      { ...shown, origin: 'https://evil.example' },
      { ...shown, origin: 'null' },
      { ...shown, origin: `${server.adminUrl}.evil.example` },
      { ...shown, ...here, 'sec-fetch-site': 'cross-site' },
      { ...shown, 'sec-fetch-site': 'same-site' },
      { ...shown, 'sec-fetch-site': 'none' },
    ])
      expect([headers, await revoke(server, { cookie, ...headers })]).toEqual([headers, [403, 'csrf']])
    expect(server.operations.tokensBy).toEqual([])
    expect(await revoke(server, { cookie, ...shown, ...here })).toEqual([204, ''])
    expect(await revoke(server, { cookie, ...shown, 'sec-fetch-site': 'same-origin' })).toEqual([204, ''])
    expect(server.operations.tokensBy[0]).toEqual({ name: 'ci', by: 'ann via console' })
  })

  it('is told of to the journal by name and way, as is one by a token', async () => {
    await using server = await startServerFixture()
    const { cookie, csrf } = await logIn(server)
    const headers = { cookie, 'x-slipway-csrf': csrf, origin: server.adminUrl, 'content-type': 'application/json' }
    const made = { method: 'POST', headers, body: JSON.stringify({ name: 'ci', roles: ['read'] }) }
    expect((await fetch(`${server.adminUrl}/api/v1/tokens`, made)).status).toBe(201)
    await server.call('DELETE', '/api/v1/tokens/ci', { bounds: { name: 'bob' } })
    expect(server.operations.tokensBy).toEqual([
      { name: 'ci', by: 'ann via console' },
      { name: 'ci', by: 'bob' },
    ])
  })

  it('with a bearer token beside it needs nothing else: no browser sends that by itself', async () => {
    await using server = await startServerFixture()
    const { cookie } = await logIn(server)
    server.operations.addToken(['read'], { name: 'ci' })
    const headers = { cookie, origin: 'https://evil.example' }
    expect((await server.call('DELETE', '/api/v1/tokens/ci', { headers })).status).toBe(204)
  })
})

describe('a cookie', () => {
  it('in a wrong form is nobody’s', async () => {
    await using server = await startServerFixture()
    const { cookie } = await logIn(server)
    const value = cookie.split('=')[1] ?? ''
    for (const wrong of [
      '',
      'slipway',
      'slipway=',
      `slipway=${value}x`,
      `slipway2=${value}`,
      `xslipway=${value}`,
      '=;;=',
    ])
      expect([wrong, (await me(server, { cookie: wrong })).status]).toEqual([wrong, 401])
    expect((await me(server, { cookie: `a=b; ${cookie}; c=d` })).status).toBe(200)
  })

  it('of an answer is read by this test as a browser does', () => {
    expect(cookieOf(new Response('', { headers: { 'set-cookie': 'a=b; Path=/' } }))).toBe('a=b')
  })
})
