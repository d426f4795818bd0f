import { z } from 'zod'
import type { Token } from '../../domain/token.ts'
import { duration, name } from '../../kit/schema.ts'
import { time, type ShapeOf } from './common.ts'

export const role = z.enum(['submit', 'read', 'logs', 'admin'])
const bounds = z.array(z.string().min(1)).readonly()

export const token = z
  .object({
    name: z.string(),
    roles: z.array(role).readonly(),
    pools: bounds.describe('`submit` only to these; empty: to any. `*` is a wildcard, here and below.'),
    repositories: bounds,
    images: bounds,
    createdAt: time,
    expiresAt: time.optional(),
    revokedAt: time.optional(),
  } satisfies ShapeOf<Omit<Token, 'hash'>>)
  .meta({ id: 'Token' })

export type TokenView = z.output<typeof token>

/** What the API shows of a token: all but the hash. */
export function tokenView({ hash: _hash, ...shown }: Token): TokenView {
  return shown
}

export const tokenRequest = z
  .strictObject({
    name: name(),
    roles: z.array(role).min(1),
    pools: bounds.default([]),
    repositories: bounds.default([]),
    images: bounds.default([]),
    ttl: duration().optional().describe('It expires after this long; never unless given.'),
  })
  .meta({ id: 'TokenRequest' })

export const newToken = z.object({ token, secret: z.string().describe('Shown this once.') }).meta({ id: 'NewToken' })
