import type { FastifyRequest } from 'fastify'
import type { Operations } from '../../domain/ports/operations.ts'
import { isValidToken, type Role, type Token } from '../../domain/token.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Caller } from './caller.ts'
import { sessionSecret } from './cookie.ts'
import type { ProxyWord } from './proxy-users.ts'
import type { Session, Sessions } from './sessions.ts'

/** The characters that RFC 6750 allows. Ours are far shorter than 512. */
const BEARER = /^Bearer ([\w.~+/=-]{1,512})$/i

/** A stream whose user only the proxy knows ends after this, so that the proxy is asked again. */
const PROXY_TRUST_MS = 3_600_000

/** Nobody: what they tried in vain. */
export type Stranger = 'nothing' | 'token' | 'session' | 'untrusted-header'

export interface IdentifyOptions {
  readonly operations: Operations
  readonly sessions: Sessions
  readonly clock: Clock
  readonly proxyUser?: (request: FastifyRequest) => ProxyWord
}

/** Who makes the request: by a token before a session, and by a session before a proxy's word. */
export function createIdentify({ operations, sessions, clock, proxyUser }: IdentifyOptions) {
  return async function identify(request: FastifyRequest): Promise<Caller | Stranger> {
    // A proxy may send along with what its users log in to it, which says nothing to us.
    const bearer = BEARER.exec(request.headers.authorization ?? '')?.[1]
    if (bearer !== undefined) {
      const token = await operations.authenticate(bearer)
      return token ? byToken(token, clock) : 'token'
    }
    const secret = sessionSecret(request)
    const session = secret && sessions.find(secret, await operations.tokens())
    if (session) return bySession(session, sessions)
    const word = proxyUser?.(request)
    if (word === 'untrusted') return 'untrusted-header'
    if (word) return byProxy(word.user, word.roles, sessions, clock)
    return secret === undefined ? 'nothing' : 'session'
  }
}

function byToken(token: Token, clock: Clock): Caller {
  const { expiresAt } = token
  const stillValid = (tokens: readonly Token[]) =>
    tokens.some((each) => each.hash === token.hash && isValidToken(each, clock.wall()))
  return { token, via: 'token', by: token.name, expiresAt, stillValid }
}

export function bySession(session: Session, sessions: Sessions): Caller {
  const { id, token, expiresAt } = session
  const by = `${token.name} via console`
  const stillValid = (tokens: readonly Token[]) => sessions.isValid(session, tokens)
  return { token, via: 'console', by, csrf: sessions.csrfOf(id), expiresAt, stillValid }
}

function byProxy(user: string, roles: readonly Role[], sessions: Sessions, clock: Clock): Caller {
  const token = { name: user, hash: '', roles, pools: [], repositories: [], images: [], createdAt: clock.wall() }
  const until = clock.monotonic() + PROXY_TRUST_MS
  const csrf = sessions.csrfOf(`proxy:${user}`)
  return { token, via: 'proxy', by: `${user} via proxy`, csrf, stillValid: () => clock.monotonic() < until }
}
