import { generateKeyPairSync } from 'node:crypto'
import type { Logger } from '../../src/domain/ports/logger.ts'
import type { JobSource, Scope } from '../../src/domain/ports/source.ts'
import { createGithubSource } from '../../src/sources/github/index.ts'
import { githubSourceSchema } from '../../src/sources/github/schema.ts'
import { createFakeClock, type FakeClock } from './clock.ts'

export interface ApiRequest {
  /** `GET /orgs/acme/actions/runners`, without the query. */
  readonly route: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Headers
  readonly body: unknown
}

export interface ApiAnswer {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

type Handler = (request: ApiRequest) => ApiAnswer | Error

/** GitHub's API as a `fetch` of its own: what is not told to it is not found. */
export interface FakeApi {
  readonly fetch: typeof fetch
  readonly requests: readonly ApiRequest[]
  /** Routes asked so far, those for tokens and installations left out. */
  routes(): string[]
  on(route: string, answer: ApiAnswer | Handler): void
  /** The next calls of the route are answered so, one after the other; then as before. */
  next(route: string, ...answers: (ApiAnswer | Error)[]): void
}

const BASE = 'https://github.test/api'

export function createFakeApi(clock: FakeClock): FakeApi {
  const requests: ApiRequest[] = []
  const handlers = new Map<string, Handler>()
  const queues = new Map<string, (ApiAnswer | Error)[]>()

  async function answer(url: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url)
    const route = `${init.method} ${pathname.replace('/api', '')}`
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const request = { route, query: Object.fromEntries(searchParams), headers: new Headers(init.headers), body }
    requests.push(request)
    const given = queues.get(route)?.shift() ?? handlers.get(route)?.(request) ?? { status: 404, body: notFound }
    if (given instanceof Error) throw new TypeError('fetch failed', { cause: given })
    const headers = { 'content-type': 'application/json', date: new Date(clock.wall()).toUTCString(), ...given.headers }
    const status = given.status ?? 200
    const text = status === 204 || status === 304 ? null : JSON.stringify(given.body ?? {})
    return new Response(text, { status, headers })
  }

  const api: FakeApi = {
    fetch: ((url: string, init: RequestInit) => answer(url, init)) as typeof fetch,
    requests,
    routes: () => requests.map(({ route }) => route).filter((route) => !/installation$|access_tokens$/.test(route)),
    on: (route, given) => void handlers.set(route, typeof given === 'function' ? given : () => given),
    next: (route, ...answers) => void queues.set(route, answers),
  }
  const token = { token: 'ghs_x', expires_at: '2099-01-01T00:00:00Z', permissions: {} }
  for (const [place, id] of Object.entries({ 'orgs/acme': 7, 'repos/solo/toy': 8 })) {
    api.on(`GET /${place}/installation`, { body: { id } })
    api.on(`POST /app/installations/${id}/access_tokens`, { status: 201, body: token })
  }
  return api
}

const notFound = { message: 'Not Found' }
export const appKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString()
export const webhookSecret = 'It is a secret to everybody'

export interface GithubSourceFixture {
  readonly source: JobSource
  readonly api: FakeApi
  readonly clock: FakeClock
  readonly scope: (name: string) => Scope
}

/** A source of the organization `acme`, its group `big` and the repository `solo/toy`, on a fake API and clock. */
export function createGithubFixture(overrides: Readonly<Record<string, unknown>> = {}): GithubSourceFixture {
  const clock = createFakeClock()
  const api = createFakeApi(clock)
  const config = githubSourceSchema.parse({
    kind: 'github',
    name: 'github',
    appId: 1,
    privateKey: appKey,
    webhookSecret,
    baseUrl: BASE,
    scopes: [
      { organization: 'acme', runnerGroup: 'big', repositories: ['acme/big-*'] },
      { organization: 'acme' },
      { repository: 'solo/toy' },
    ],
    ...overrides,
  })
  const deps = { owner: 'ci', clock, logger: silent, fetch: api.fetch, publicUrl: 'https://slipway.test' }
  return { source: createGithubSource(config, deps), api, clock, scope: (name) => ({ source: 'github', name }) }
}

export const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
}
