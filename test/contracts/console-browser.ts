import type { Role } from '../../src/domain/token.ts'
import type { ServerFixture } from './server-fixture.ts'

/** What the page knows of itself once it is logged in. */
export interface LoggedIn {
  readonly cookie: string
  readonly csrf: string
  /** The answer to the login. */
  readonly answer: Response
}

/** Logs in as a browser does, with a new token of these roles. */
export async function logIn(
  { adminUrl, operations }: ServerFixture,
  roles: readonly Role[] = ['admin'],
  headers: Record<string, string> = {},
  name = 'ann',
): Promise<LoggedIn> {
  const token = operations.addToken(roles, { name })
  const answer = await postLogin(adminUrl, token, headers)
  const { csrf = '' } = (await answer.clone().json()) as { csrf?: string }
  return { cookie: cookieOf(answer), csrf, answer }
}

export function postLogin(adminUrl: string, token: string, headers: Record<string, string> = {}): Promise<Response> {
  const type = { 'content-type': 'application/json', origin: adminUrl }
  return fetch(`${adminUrl}/api/v1/session`, {
    method: 'POST',
    headers: { ...type, ...headers },
    body: JSON.stringify({ token }),
  })
}

/** `name=value` of the cookie that an answer sets. */
export function cookieOf(answer: Response): string {
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}
