import { createSign } from 'node:crypto'
import type { GithubStandIn } from '../../src/demo/github/index.ts'
import { systemClock } from '../../src/kit/system-clock.ts'

export interface ClientAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed; the test knows its shape. */
  readonly body: unknown
}

/** The barest client of GitHub's API: it adds a credential, and retries nothing. */
export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<ClientAnswer>
  post(path: string, body?: unknown): Promise<ClientAnswer>
  remove(path: string): Promise<ClientAnswer>
}

/** As the App itself, by a JWT issued at `now` (wall milliseconds). */
export function appClient(standIn: GithubStandIn, now = systemClock.wall()): Client {
  return createClient(standIn.url, () => signJwt(standIn.app, now))
}

/** As an installation, by a token of its own. */
export async function installationClient(standIn: GithubStandIn, place = 0, now = systemClock.wall()): Promise<Client> {
  const id = standIn.installations[place]?.id
  const { body } = await appClient(standIn, now).post(`/app/installations/${id}/access_tokens`)
  const { token } = body as { token: string }
  return createClient(standIn.url, () => token)
}

export function createClient(url: string, credential: () => string): Client {
  async function call(method: string, path: string, body?: unknown, headers = {}): Promise<ClientAnswer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${credential()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body) => call('POST', path, body),
    remove: (path) => call('DELETE', path),
  }
}

export function signJwt(
  app: { id: number; privateKey: string },
  now: number,
  claims: Record<string, unknown> = {},
): string {
  const seconds = Math.floor(now / 1000)
  const payload = { iat: seconds - 30, exp: seconds + 540, iss: String(app.id), ...claims }
  const content = [{ alg: 'RS256', typ: 'JWT' }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${content}.${createSign('RSA-SHA256').update(content).sign(app.privateKey, 'base64url')}`
}
