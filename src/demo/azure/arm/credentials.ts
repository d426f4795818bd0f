import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../domain/ports/clock.ts'
import { Refusal } from './answer.ts'
import type { Need } from './operation.ts'

/** What an application registered in Azure would have. */
export interface Application {
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What the caller may do on a scope and all below it; `/` is everywhere. Actions may have `*`, as a role lists them. */
export interface Assignment {
  readonly scope: string
  readonly actions: readonly string[]
}

export interface Credentials {
  readonly application: Application
  issue(): { readonly token: string; readonly expiresInSeconds: number }
  /** Throws `Refusal` 401 unless the header holds a good token. */
  authenticate(authorization: string | undefined): void
  /** Throws `Refusal` 403 for the first right that the caller lacks; the first need is the operation's own. */
  authorize(needs: readonly Need[]): void
  allow(assignments: readonly Assignment[]): void
  /** What holds on a scope. */
  allowed(scope: string): readonly string[]
}

export function createCredentials(clock: Clock, given: readonly Assignment[], lifetimeMs: number): Credentials {
  const application = {
    tenantId: '10000000-0000-4000-8000-000000000001',
    clientId: '20000000-0000-4000-8000-000000000002',
    clientSecret: randomBytes(24).toString('base64url'),
  }
  const tokens = new Map<string, number>()
  let assignments = given

  function allowed(scope: string): readonly string[] {
    return assignments.filter((each) => holdsOn(each.scope, scope)).flatMap(({ actions }) => actions)
  }

  return {
    application,
    issue() {
      const token = `standin.${randomBytes(48).toString('base64url')}`
      tokens.set(token, clock.monotonic() + lifetimeMs)
      return { token, expiresInSeconds: Math.floor(lifetimeMs / 1000) }
    },
    authenticate(authorization) {
      const token = /^bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1]
      const expiresAt = tokens.get(token ?? '')
      if (!token)
        throw unauthenticated('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.")
      if (expiresAt === undefined) throw unauthenticated('InvalidAuthenticationToken', 'The access token is invalid.')
      if (expiresAt <= clock.monotonic()) {
        throw unauthenticated('ExpiredAuthenticationToken', 'The access token expiry time has passed.')
      }
    },
    authorize(needs) {
      for (const [index, { action, scope }] of needs.entries()) {
        if (allowed(scope).some((pattern) => covers(pattern, action))) continue
        throw index === 0 ? forbidden(application, action, scope) : forbiddenLink(application, needs[0], action, scope)
      }
    },
    allow: (changed) => void (assignments = changed),
    allowed,
  }
}

function holdsOn(assigned: string, scope: string): boolean {
  const [above, below] = [assigned, scope].map((each) => `${each.toLowerCase().replace(/\/$/, '')}/`)
  return below?.startsWith(above ?? '/') === true
}

/** Whether a role's entry (`Microsoft.Compute/*` + `/read`) covers an action; case does not count. */
export function covers(pattern: string, action: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${expression}$`, 'i').test(action)
}

function unauthenticated(code: string, message: string): Refusal {
  const challenge = `Bearer authorization_uri="https://login.microsoftonline.com/common", error="invalid_token", error_description="${message}"`
  return new Refusal(401, code, message, { 'www-authenticate': challenge })
}

function forbidden({ clientId }: Application, action: string, scope: string): Refusal {
  const message = `The client '${clientId}' with object id '${clientId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`
  return new Refusal(403, 'AuthorizationFailed', message)
}

function forbiddenLink({ clientId }: Application, own: Need | undefined, action: string, scope: string): Refusal {
  const message = `The client '${clientId}' with object id '${clientId}' has permission to perform action '${own?.action}' on scope '${own?.scope}'; however, it does not have permission to perform action(s) '${action}' on the linked scope(s) '${scope}' (respectively) or the linked scope(s) are invalid.`
  return new Refusal(403, 'LinkedAuthorizationFailed', message)
}
