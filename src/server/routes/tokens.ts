import { z } from 'zod'
import { needs, type Api } from '../api.ts'
import { callerOf } from '../http/auth.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json } from '../schemas/common.ts'
import { newToken, token, tokenRequest, tokenView } from '../schemas/token.ts'

const tokens = z.object({ tokens: z.array(token) }).meta({ id: 'TokenList' })

export function tokenRoutes(app: Api, { operations }: ServerOptions): void {
  const admin = needs('admin')
  const tags = ['tokens']

  app.route({
    method: 'GET',
    url: '/api/v1/tokens',
    config: admin.config,
    schema: {
      operationId: 'listTokens',
      summary: 'Tokens, without their secrets',
      tags,
      security: admin.security,
      response: { 200: json('The tokens.', tokens), ...errors(401, 403) },
    },
    handler: async () => ({ tokens: (await operations.tokens()).map(tokenView) }),
  })

  app.route({
    method: 'POST',
    url: '/api/v1/tokens',
    config: admin.config,
    schema: {
      operationId: 'createToken',
      summary: 'Makes a token; its secret is shown this once',
      tags,
      security: admin.security,
      body: tokenRequest,
      response: { 201: json('The token and its secret.', newToken), ...errors(400, 401, 403, 409, 413, 415) },
    },
    handler: async (request, reply) => {
      const { ttl, ...wanted } = request.body
      const made = await operations.createToken({ ...wanted, ttlMs: ttl }, callerOf(request).by)
      return reply.code(201).send({ token: tokenView(made.token), secret: made.secret })
    },
  })

  app.route({
    method: 'DELETE',
    url: '/api/v1/tokens/:name',
    config: admin.config,
    schema: {
      operationId: 'revokeToken',
      summary: 'Revokes a token at once',
      tags,
      security: admin.security,
      params: z.object({ name: z.string().min(1) }),
      response: { 204: z.undefined().describe('It is revoked.'), ...errors(401, 403, 404) },
    },
    handler: async (request, reply) => {
      await operations.revokeToken(request.params.name, callerOf(request).by)
      return reply.code(204).send()
    },
  })
}
