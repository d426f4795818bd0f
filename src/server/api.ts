import type { FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { FastifyBaseLogger } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Role } from '../domain/token.ts'

/** The admin listener, whose schemas are zod's. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** Who may call a route, said once for the check and for the OpenAPI description. */
export function needs(access: Role | 'anyone') {
  return { config: { access }, security: access === 'anyone' ? [] : [{ bearer: [access] }] }
}
