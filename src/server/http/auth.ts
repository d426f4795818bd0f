import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Role, Token } from '../../domain/token.ts'
import { errorBody } from '../errors.ts'
import { hasRole, type Caller } from '../login/caller.ts'
import type { Stranger } from '../login/identify.ts'
import { isSameOrigin } from '../login/same-origin.ts'
import { isSameSecret } from '../login/sessions.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route: a role that the caller must have, or `anyone`. A route without it refuses everybody. */
    access?: Role | 'anyone'
  }
  interface FastifyRequest {
    caller: Caller | null
  }
}

/** What a page shows with every write. */
export const CSRF_HEADER = 'x-slipway-csrf'

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Checks who makes a request, of every route, before its body is read. Each request asks anew, so a revoked token is
 * refused at once.
 */
export function requireCallers(
  app: FastifyInstance,
  identify: (request: FastifyRequest) => Promise<Caller | Stranger>,
): void {
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access
    if (access === 'anyone' || request.is404) return
    const caller = await identify(request)
    if (typeof caller === 'string') return refuseStranger(reply, caller, request)
    if (!access || !hasRole(caller.token, access)) return refuseRole(reply, access ?? 'admin', caller)
    if (!READS.has(request.method) && caller.csrf !== undefined && !isFromConsole(request, caller.csrf))
      return refuseForged(reply)
    request.caller = caller
  })
}

/** Browsers send cookies along for anybody: what they send must come from a page that has read our token, on our site. */
function isFromConsole(request: FastifyRequest, csrf: string): boolean {
  const shown = request.headers[CSRF_HEADER]
  return typeof shown === 'string' && isSameSecret(shown, csrf) && isSameOrigin(request) === true
}

/** Who makes a request on a route that lets not anyone in. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error(`route ${request.routeOptions.url ?? ''} asks who calls but lets anyone in`)
  return request.caller
}

/** Their roles and bounds. */
export function tokenOf(request: FastifyRequest): Token {
  return callerOf(request).token
}

const STRANGERS: Readonly<Record<Stranger, string>> = {
  nothing: 'send a token: `Authorization: Bearer TOKEN`',
  token: 'the token is unknown, expired or revoked; `slipway token` lists and makes them',
  session: 'the session is over; log in again',
  'untrusted-header': 'its user header is ignored, for it comes from none of `server.admin.proxyAuth.trusted`',
}

function refuseStranger(reply: FastifyReply, tried: Stranger, request: FastifyRequest): FastifyReply {
  const challenge = tried === 'token' ? 'Bearer realm="slipway", error="invalid_token"' : 'Bearer realm="slipway"'
  const from = tried === 'untrusted-header' ? `: this came from ${request.socket.remoteAddress ?? 'nowhere'}` : ''
  const body = errorBody('unauthorized', `${STRANGERS[tried]}${from}`)
  return answer(reply.header('www-authenticate', challenge).code(401), body)
}

function refuseRole(reply: FastifyReply, role: Role, { via, token }: Caller): FastifyReply {
  reply.header('www-authenticate', `Bearer realm="slipway", error="insufficient_scope", scope="${role}"`)
  const message =
    via === 'proxy'
      ? `this needs the role ${role}, which \`server.admin.proxyAuth\` does not give to ${token.name}`
      : `this needs a token with the role ${role}`
  return answer(reply.code(403), errorBody('forbidden', message))
}

function refuseForged(reply: FastifyReply): FastifyReply {
  const message = `a write by a session needs the header ${CSRF_HEADER}, as /api/v1/me tells it, from a page of this site`
  return answer(reply.code(403), errorBody('csrf', message))
}

/** Who they say they are is not so. */
export function answerUnauthorized(reply: FastifyReply, message: string): FastifyReply {
  return answer(reply.code(401), errorBody('unauthorized', message))
}

function answer(reply: FastifyReply, body: ReturnType<typeof errorBody>): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body))
}
