import type { Role, Token } from '../../domain/token.ts'

/** How somebody came in: with a token of their own, by a session that one began, or named by a trusted proxy. */
export type Via = 'token' | 'console' | 'proxy'

/** Who makes a request. */
export interface Caller {
  /** Roles and bounds; of a proxy's user, made for the request. */
  readonly token: Token
  readonly via: Via
  /** For the journal. */
  readonly by: string
  /** What a write must bring along, of callers whose browser says by itself who they are. */
  readonly csrf?: string
  /** Our wall time. */
  readonly expiresAt?: number
  /** Whether it would still be let in, by the tokens that there are now. */
  stillValid(tokens: readonly Token[]): boolean
}

/** `admin` may do everything; the other roles imply nothing. */
export function hasRole(token: Pick<Token, 'roles'>, role: Role): boolean {
  return token.roles.includes(role) || token.roles.includes('admin')
}
