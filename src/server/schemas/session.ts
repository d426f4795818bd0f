import { z } from 'zod'
import type { Caller } from '../login/caller.ts'
import type { ServerOptions } from '../options.ts'
import { time } from './common.ts'
import { role } from './token.ts'

export const login = z
  .strictObject({ token: z.string().min(1).max(512).describe('With the role `read` or `admin`.') })
  .meta({ id: 'Login' })

export const me = z
  .object({
    name: z.string().describe('Of the token, or of the user whom the proxy named.'),
    by: z.string().describe('What the journal calls who does something.'),
    via: z.enum(['token', 'console', 'proxy']),
    roles: z.array(role).readonly().describe('`admin` implies all.'),
    csrf: z
      .string()
      .optional()
      .describe('To be sent as `x-slipway-csrf` with every write; absent where the caller sends a token.'),
    expiresAt: time.optional().describe('When the session or the token is over.'),
    owner: z.string().describe('Of this installation.'),
    version: z.string().describe('Of the service.'),
  })
  .meta({ id: 'Me' })

export function meView(caller: Caller, about: ServerOptions['about']): z.output<typeof me> {
  const { token, by, via, csrf, expiresAt } = caller
  return { name: token.name, by, via, roles: token.roles, csrf, expiresAt, ...about }
}
