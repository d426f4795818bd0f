export type Role = 'submit' | 'read' | 'logs' | 'admin'

/** A key to the API. Only the SHA-256 of its secret is kept. */
export interface Token {
  readonly name: string
  readonly hash: string
  readonly roles: readonly Role[]
  /** `submit` only for these; empty: any. `*` is a wildcard. */
  readonly pools: readonly string[]
  readonly repositories: readonly string[]
  readonly images: readonly string[]
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
}

/** Neither revoked nor expired. */
export function isValidToken(token: Token, now: number): boolean {
  return token.revokedAt === undefined && (token.expiresAt === undefined || token.expiresAt > now)
}
