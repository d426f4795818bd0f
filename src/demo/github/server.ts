import { fastify, type FastifyInstance } from 'fastify'
import { problem } from './rest/answer.ts'
import type { Exchange } from './rest/exchange.ts'

/** The bare server: GitHub's answers to what it does not know or can't read. Paths work with and without `/api/v3`. */
export function createServer(observe: (exchange: Exchange) => void): FastifyInstance {
  const server = fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    rewriteUrl: (request) => (request.url ?? '/').replace(/^\/api\/v3(?=\/)/, ''),
  })

  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(Object.assign(new Error('Problems parsing JSON'), { statusCode: 400 }))
    }
  })
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

  server.setNotFoundHandler((request, reply) => {
    const { status, body } = problem(404, 'Not Found')
    observe({
      method: request.method,
      url: request.url,
      params: {},
      query: request.query as Record<string, string>,
      requestBody: request.body,
      status,
      responseBody: body,
      injected: false,
    })
    return reply.code(status).send(body)
  })
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500
    return reply.code(status).send(problem(status, error.message).body)
  })
  return server
}
