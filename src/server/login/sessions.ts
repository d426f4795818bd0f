import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../domain/ports/clock.ts'
import { isValidToken, type Token } from '../../domain/token.ts'

/** More at a time are nobody's people: the oldest are ended. */
const mostSessions = 1000

export interface Session {
  /** SHA-256 of its secret. */
  readonly id: string
  readonly token: Token
  /** Our wall time, for people. */
  readonly expiresAt: number
}

/** Logins by token. In memory only, and of their secrets only the hash: a restart of the service ends them all. */
export interface Sessions {
  /** Begins one, always with a secret of its own; it is told this once. */
  begin(token: Token): { readonly session: Session; readonly secret: string }
  /** The session of the secret, if neither it nor its token is over by now. */
  find(secret: string, tokens: readonly Token[]): Session | undefined
  /** Whether it is neither over nor its token. */
  isValid(session: Session, tokens: readonly Token[]): boolean
  end(session: Session): void
  /** What a page must show to act in this name; another process has others. */
  csrfOf(identity: string): string
}

export function createSessions({ clock, ttlMs }: { readonly clock: Clock; readonly ttlMs: number }): Sessions {
  const held = new Map<string, { readonly session: Session; readonly endsAt: number }>()
  const key = randomBytes(32)

  function isValid({ id, token }: Session, tokens: readonly Token[]): boolean {
    const entry = held.get(id)
    const known = tokens.some((each) => each.hash === token.hash && isValidToken(each, clock.wall()))
    if (entry && known && clock.monotonic() < entry.endsAt) return true
    held.delete(id)
    return false
  }

  return {
    begin(token) {
      const secret = randomBytes(32).toString('base64url')
      const session = { id: hashOf(secret), token, expiresAt: clock.wall() + ttlMs }
      held.set(session.id, { session, endsAt: clock.monotonic() + ttlMs })
      const [oldest = ''] = held.keys()
      if (held.size > mostSessions) held.delete(oldest)
      return { session, secret }
    },
    find(secret, tokens) {
      const session = held.get(hashOf(secret))?.session
      return session && isValid(session, tokens) ? session : undefined
    },
    isValid,
    end: ({ id }) => void held.delete(id),
    csrfOf: (identity) => createHmac('sha256', key).update(identity).digest('base64url'),
  }
}

/** Compares without telling by its time how much is right. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)))
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
