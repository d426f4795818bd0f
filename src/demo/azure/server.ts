import { fastify, type FastifyInstance } from 'fastify'
import { problem } from './arm/answer.ts'
import type { Exchange } from './arm/exchange.ts'
import type { ServerIdentity } from './authority.ts'

/** The bare server: Azure's answers to what it does not know or can't read. Case of paths does not count. */
export function createServer(identity: ServerIdentity, observe: (exchange: Exchange) => void): FastifyInstance {
  const server = fastify({
    https: { cert: identity.cert, key: identity.key },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { caseSensitive: false },
  })

  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(Object.assign(new Error('The request content was not valid JSON.'), { statusCode: 400 }))
    }
  })
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

  server.setNotFoundHandler((request, reply) => {
    const message = `No registered resource provider found for '${request.method} ${request.url}'.`
    const { status, body } = problem(404, { code: 'InvalidResourceType', message })
    observe({
      method: request.method,
      url: request.url,
      query: request.query as Record<string, string>,
      requestBody: request.body,
      status,
      responseBody: body,
      actions: [],
      injected: false,
    })
    return reply.code(status).send(body)
  })
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500
    const code = status === 400 ? 'InvalidRequestContent' : 'InternalServerError'
    return reply.code(status).send(problem(status, { code, message: error.message }).body)
  })
  return server
}
