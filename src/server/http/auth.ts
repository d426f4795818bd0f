import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Operations } from '../../domain/ports/operations.ts'
import type { Role, Token } from '../../domain/token.ts'
import { errorBody } from '../errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route: a role that the token must have, or `anyone`. A route without it refuses everybody. */
    access?: Role | 'anyone'
  }
  interface FastifyRequest {
    token: Token | null
  }
}

/** The characters that RFC 6750 allows. Ours are far shorter than 512. */
const BEARER = /^Bearer ([\w.~+/=-]{1,512})$/i

/**
 * Checks the bearer token of every route before its body is read. Each request asks anew, so a revoked token is
 * refused at once.
 */
export function requireTokens(app: FastifyInstance, operations: Operations): void {
  app.decorateRequest('token', null)
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access
    if (access === 'anyone' || request.is404) return
    const secret = BEARER.exec(request.headers.authorization ?? '')?.[1]
    const token = secret && (await operations.authenticate(secret))
    if (!token) return refuseStranger(reply, secret !== undefined)
    if (!access || !hasRole(token, access)) return refuseRole(reply, access ?? 'admin')
    request.token = token
  })
}

/** `admin` may do everything; the other roles imply nothing. */
export function hasRole(token: Pick<Token, 'roles'>, role: Role): boolean {
  return token.roles.includes(role) || token.roles.includes('admin')
}

/** The token of a request on a route that needs one. */
export function tokenOf(request: FastifyRequest): Token {
  if (!request.token) throw new Error(`route ${request.routeOptions.url ?? ''} reads a token but lets anyone in`)
  return request.token
}

function refuseStranger(reply: FastifyReply, tried: boolean): FastifyReply {
  const challenge = tried ? 'Bearer realm="slipway", error="invalid_token"' : 'Bearer realm="slipway"'
  const message = tried
    ? 'the token is unknown, expired or revoked; `slipway token` lists and makes them'
    : 'send a token: `Authorization: Bearer TOKEN`'
  return answer(reply.header('www-authenticate', challenge).code(401), errorBody('unauthorized', message))
}

function refuseRole(reply: FastifyReply, role: Role): FastifyReply {
  reply.header('www-authenticate', `Bearer realm="slipway", error="insufficient_scope", scope="${role}"`)
  return answer(reply.code(403), errorBody('forbidden', `this needs a token with the role ${role}`))
}

function answer(reply: FastifyReply, body: ReturnType<typeof errorBody>): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body))
}
