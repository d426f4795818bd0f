import { Readable } from 'node:stream'
import { needs, type Api } from '../../api.ts'
import type { ServerOptions } from '../../options.ts'
import { errors, keyParams, text } from '../../schemas/common.ts'
import { foundJob } from './found.ts'

/** What agents wrote: a role of its own, for it may hold what jobs ought not to print. */
export function jobLogRoutes(app: Api, { operations }: ServerOptions): void {
  const logs = needs('logs')
  const tags = ['jobs']

  app.route({
    method: 'GET',
    url: '/api/v1/jobs/:key/log',
    config: logs.config,
    schema: {
      operationId: 'getJobLog',
      summary: 'The last output of the job’s agent, at most 64 KiB',
      tags,
      security: logs.security,
      params: keyParams,
      response: { 200: text('The output; empty while there is none.'), ...errors(401, 403, 404) },
    },
    handler: async (request, reply) => {
      const { key } = request.params
      const tail = await operations.tail(key)
      if (tail === undefined) foundJob(await operations.job(key), key)
      return reply.header('content-type', 'text/plain; charset=utf-8').send(tail ?? '')
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/jobs/:key/log/archived',
    config: logs.config,
    schema: {
      operationId: 'getArchivedLog',
      summary: 'The whole log of the job’s agent, from the archive',
      tags,
      security: logs.security,
      params: keyParams,
      response: { 200: text('The log as it was written, a few lines about it before.'), ...errors(401, 403, 404) },
    },
    handler: async (request, reply) => {
      const content = Readable.from(await operations.log(request.params.key))
      // A stream is sent as it comes and passes no serializer; the schema has no word for one.
      return reply.header('content-type', 'text/plain; charset=utf-8').send(content as unknown as string)
    },
  })
}
