import { describe, expect, it } from 'vitest'
import { NotFound, Throttled, Transient, Unauthorized } from '../../../domain/errors.ts'
import { createFakeClock } from '../../../../test/fakes/clock.ts'
import { appKey, createGithubFixture } from '../../../../test/fakes/github-api.ts'
import type { GithubApp, Octokit } from './app.ts'
import { createCaller } from './caller.ts'

const read = { route: 'GET /x', what: 'read x', purpose: 'reading' } as const
const work = { ...read, purpose: 'work' } as const

function refusal(status: number, url: string, headers: object = {}, message = 'no') {
  return Object.assign(new Error(message), { status, response: { headers, data: {} }, request: { url } })
}

/** An App whose requests are answered by a list: errors are thrown, `hang` never ends. */
function createScriptedCaller(script: (Error | 'hang' | number)[], onGone = () => {}) {
  const clock = createFakeClock()
  const refreshed: unknown[] = []
  let asked = 0
  const octokit: Octokit = {
    auth: (options) => Promise.resolve(refreshed.push(options)),
    request: () => {
      asked += 1
      const next = script.shift() ?? 200
      if (next === 'hang') return new Promise(() => {})
      return typeof next === 'number' ? Promise.resolve({ status: next, headers: {}, data: {} }) : Promise.reject(next)
    },
  }
  const app: GithubApp = {
    keyProblem: undefined,
    octokit: () => Promise.resolve(octokit),
    verify: () => Promise.resolve(false),
  }
  const caller = createCaller({ app, clock, installation: 7, onGone })
  return { caller, clock, refreshed, asked: () => asked }
}

describe('a call', () => {
  it('is given up at its deadline', async () => {
    const { caller, clock } = createScriptedCaller(['hang'])
    const failure = caller.call(work).catch((error: unknown) => error)
    await clock.advance(10_000)
    expect(await failure).toBeInstanceOf(Transient)
  })

  it('fetches a new token after one was refused, and needs a person if that is refused too', async () => {
    const { caller, refreshed } = createScriptedCaller([
      refusal(401, '/x'),
      200,
      refusal(401, '/x'),
      refusal(401, '/x'),
    ])
    await expect(caller.call(work)).rejects.toThrow(Transient)
    expect(refreshed).toHaveLength(0)
    await caller.call(work)
    expect(refreshed).toMatchObject([{ refresh: true, installationId: 7 }])
    await expect(caller.call(work)).rejects.toThrow(Transient)
    await expect(caller.call(work)).rejects.toThrow(Unauthorized)
  })

  it('does not take a missing installation for a missing thing', async () => {
    let gone = 0
    const url = 'https://api.github.com/app/installations/7/access_tokens'
    const { caller } = createScriptedCaller([refusal(404, url), refusal(404, '/x')], () => (gone += 1))
    await expect(caller.call(work)).rejects.toThrow(Unauthorized)
    expect(gone).toBe(1)
    await expect(caller.call(work)).rejects.toThrow(NotFound)
    expect(gone).toBe(1)
  })

  it('asks nothing while a limit lasts, and tells how long that is', async () => {
    const limit = refusal(403, '/x', { 'retry-after': '30' })
    const { caller, clock, asked } = createScriptedCaller([limit])
    await expect(caller.call(work)).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 30_000 })
    await clock.advance(10_000)
    await expect(caller.call(work)).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 20_000 })
    expect(asked()).toBe(1)
    await clock.advance(20_000)
    await caller.call(work)
    expect(asked()).toBe(2)
  })

  it('waits longer with each limit in a row that says nothing', async () => {
    const limit = refusal(429, '/x')
    const { caller, clock } = createScriptedCaller([limit, limit])
    await expect(caller.call(work)).rejects.toMatchObject({ retryAfterMs: 60_000 })
    await clock.advance(60_000)
    await expect(caller.call(work)).rejects.toMatchObject({ retryAfterMs: 120_000 })
  })

  it('of a reading is refused when its share is spent; work goes on', async () => {
    const { caller } = createScriptedCaller([])
    for (let count = 0; count < 450; count += 1) await caller.call(read)
    await expect(caller.call(read)).rejects.toMatchObject({ name: 'OutOfBudget' })
    await expect(caller.call({ ...work, route: 'POST /x' })).resolves.toMatchObject({ status: 200 })
  })
})

describe('through Probot', () => {
  it('neither repeats a request nor sleeps through a limit', async () => {
    const { source, api, scope } = createGithubFixture()
    const route = 'GET /repos/solo/toy'
    api.next(
      route,
      { status: 503, body: { message: 'Unavailable' } },
      { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: { message: 'API rate limit exceeded' } },
    )
    await expect(source.width(scope('solo/toy'))).rejects.toThrow(Transient)
    await expect(source.width(scope('solo/toy'))).rejects.toThrow(Throttled)
    expect(api.routes()).toEqual([route, route])
  })

  it('lets writes go side by side', async () => {
    const { source, api, scope } = createGithubFixture()
    api.on('POST /repos/solo/toy/actions/runners/generate-jitconfig', {
      status: 201,
      body: { runner: { id: 1 }, encoded_jit_config: 'x' },
    })
    const agent = { key: 'a', pool: 'p', scope: scope('solo/toy').name }
    const names = Array.from({ length: 20 }, (_, index) => `slipway-ci-${index}`)
    await Promise.all(names.map((name) => source.admit({ agent, name, labels: [] })))
    expect(api.routes()).toHaveLength(20)
  })

  it('asks the configured server alone, tokens included', async () => {
    const { source, api, scope } = createGithubFixture()
    api.on('GET /repos/solo/toy', { body: { full_name: 'solo/toy', private: true } })
    await source.width(scope('solo/toy'))
    // The routes are relative to the base URL: one asked elsewhere would be none of these.
    expect(api.requests.map(({ route }) => route)).toEqual([
      'GET /repos/solo/toy/installation',
      'POST /app/installations/8/access_tokens',
      'GET /repos/solo/toy',
    ])
  })

  it('says so when the key is no key', async () => {
    const { source, api, scope } = createGithubFixture({ privateKey: appKey.replaceAll('A', '!') })
    const failure = await source.width(scope('acme')).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Unauthorized)
    expect(String(failure)).toContain('privateKey')
    expect(String(failure)).not.toContain(appKey.slice(100, 120))
    expect(api.requests).toHaveLength(0)
  })

  it('takes a key whose line breaks were written out', async () => {
    const { source, api, scope } = createGithubFixture({ privateKey: appKey.replaceAll('\n', '\\n') })
    api.on('GET /repos/solo/toy', { body: { full_name: 'solo/toy', private: false } })
    expect(await source.width(scope('solo/toy'))).toEqual({ repositories: ['solo/toy'], allowsPublic: true })
  })
})
