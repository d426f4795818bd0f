import { signal, type ReadonlySignal } from '@preact/signals'
import type { Role } from '../../../domain/token.ts'
import { errorOf } from './api.ts'

export interface Me {
  readonly name: string
  readonly via: 'token' | 'console' | 'proxy'
  readonly roles: readonly Role[]
  readonly csrf?: string
  readonly expiresAt?: number
  readonly owner: string
  readonly version: string
}

/** `unknown` until the service has answered once. */
export type Standing = { readonly at: 'unknown' | 'out' } | { readonly at: 'in'; readonly me: Me }

export interface Session {
  readonly standing: ReadonlySignal<Standing>
  /** Asks who we are. Stays as it is while the service can't be reached. */
  readonly check: () => Promise<void>
  /** Rejects with ApiError, whose message says what is wrong with the token. */
  login(token: string): Promise<void>
  logout(): Promise<void>
  /** The session is over: the login page. */
  readonly leave: () => void
  readonly guard: (renew: boolean) => Promise<string | undefined>
  may(role: Role): boolean
}

const ME = '/api/v1/me'
const SESSION = '/api/v1/session'

export function createSession(deps: { readonly fetch: typeof fetch }): Session {
  const standing = signal<Standing>({ at: 'unknown' })
  const me = (): Me | undefined => (standing.value.at === 'in' ? standing.value.me : undefined)

  async function check(): Promise<void> {
    const answer = await deps.fetch(ME).catch(() => undefined)
    if (answer?.ok) standing.value = { at: 'in', me: (await answer.json()) as Me }
    else if (answer?.status === 401 || answer?.status === 403) standing.value = { at: 'out' }
  }

  return {
    standing,
    check,
    async login(token) {
      const headers = { 'content-type': 'application/json' }
      const answer = await deps.fetch(SESSION, { method: 'POST', headers, body: JSON.stringify({ token }) })
      if (!answer.ok) throw await errorOf(answer)
      standing.value = { at: 'in', me: (await answer.json()) as Me }
    },
    async logout() {
      const csrf = me()?.csrf
      await deps.fetch(SESSION, { method: 'DELETE', headers: csrf === undefined ? {} : { 'x-slipway-csrf': csrf } })
      standing.value = { at: 'out' }
    },
    leave() {
      standing.value = { at: 'out' }
    },
    async guard(renew) {
      if (renew) await check()
      return me()?.csrf
    },
    may: (role) => me()?.roles.some((one) => one === role || one === 'admin') ?? false,
  }
}
