import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Unauthorized } from '../../domain/errors.ts'
import type { Audited } from '../../domain/ports/console.ts'
import { needs, type Api } from '../api.ts'
import { answerUnauthorized, callerOf } from '../http/auth.ts'
import { hasRole } from '../login/caller.ts'
import { sessionCookie, sessionSecret } from '../login/cookie.ts'
import { bySession } from '../login/identify.ts'
import { isSameOrigin } from '../login/same-origin.ts'
import type { Sessions } from '../login/sessions.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json } from '../schemas/common.ts'
import { login, me, meView } from '../schemas/session.ts'

/** Tries of one client address. Secrets are far too long to be guessed; this keeps the journal readable. */
const TRIES = { max: 10, timeWindow: 60_000 }

export function sessionRoutes(app: Api, options: ServerOptions, sessions: Sessions, ttlMs: number): void {
  const { about } = options
  const desk = createDesk(options, sessions, ttlMs)
  const anyone = needs('anyone')
  const read = needs('read')
  const tags = ['console']

  app.route({
    method: 'POST',
    url: '/api/v1/session',
    config: { ...anyone.config, rateLimit: TRIES },
    schema: {
      operationId: 'logIn',
      summary: 'Begins a session with a token, for a browser',
      tags,
      security: anyone.security,
      body: login,
      response: { 200: json('Who is logged in; a cookie comes along.', me), ...errors(400, 401, 403, 413, 415, 429) },
    },
    handler: (request, reply) => desk.logIn(request, request.body.token, reply),
  })

  app.route({
    method: 'DELETE',
    url: '/api/v1/session',
    config: read.config,
    schema: {
      operationId: 'logOut',
      summary: 'Ends the session',
      tags,
      security: read.security,
      response: { 204: z.undefined().describe('It is over.'), ...errors(401, 403) },
    },
    handler: (request, reply) => desk.logOut(request, reply),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/me',
    config: read.config,
    schema: {
      operationId: 'whoAmI',
      summary: 'Who makes the request, and what they may do',
      tags,
      security: read.security,
      response: { 200: json('The caller.', me), ...errors(401, 403) },
    },
    handler: (request) => meView(callerOf(request), about),
  })
}

/** Where people log in and out. */
function createDesk({ operations, logger, about }: ServerOptions, sessions: Sessions, ttlMs: number) {
  /** Who can't write to the store must be able to look at why, so a login goes on without its line in the journal. */
  async function audit(audited: Audited): Promise<void> {
    try {
      await operations.audit(audited)
    } catch (error) {
      logger.warn({ err: error, ...audited }, 'not noted in the journal')
    }
  }

  async function forget(request: FastifyRequest): Promise<void> {
    const secret = sessionSecret(request)
    const session = secret && sessions.find(secret, await operations.tokens())
    if (session) sessions.end(session)
  }

  return {
    async logIn(request: FastifyRequest, shown: string, reply: FastifyReply) {
      if (isSameOrigin(request) === false) throw new Unauthorized('pages of other sites can not log in here')
      const token = await operations.authenticate(shown)
      if (!token) {
        const subject = `address:${request.ip}`
        await audit({ kind: 'login-refused', subject, reason: 'no valid token', by: request.ip })
        return answerUnauthorized(reply, 'the token is unknown, expired or revoked')
      }
      const subject = `token:${token.name}`
      if (!hasRole(token, 'read')) {
        const reason = 'the token has neither the role read nor admin'
        await audit({ kind: 'login-refused', subject, reason, by: token.name })
        throw new Unauthorized(`${reason}; make another one`)
      }
      await forget(request)
      const { session, secret } = sessions.begin(token)
      const caller = bySession(session, sessions)
      await audit({ kind: 'login', subject, reason: `from ${request.ip}`, by: caller.by })
      return reply.header('set-cookie', sessionCookie(request, secret, ttlMs)).send(meView(caller, about))
    },
    async logOut(request: FastifyRequest, reply: FastifyReply) {
      const { via, token, by } = callerOf(request)
      await forget(request)
      if (via === 'console')
        await audit({ kind: 'logout', subject: `token:${token.name}`, reason: 'by themselves', by })
      return reply
        .header('set-cookie', sessionCookie(request, '', 0))
        .code(204)
        .send()
    },
  }
}
