import type { OutgoingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { needs, type Api } from '../api.ts'
import { Throttled } from '../../domain/errors.ts'
import { callerOf } from '../http/auth.ts'
import type { Hub } from '../live/hub.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json } from '../schemas/common.ts'
import { now } from '../schemas/live.ts'
import { policy, policyView } from '../schemas/policy.ts'

const stream =
  'Server-sent events: `now` with a `Now`; then `change`, at most one a second, with what is other than before: each ' +
  'field of `Now` that is there replaces the one of its name, but `machines` only those with the same `key`, and `gone` ' +
  'are the keys of those to drop. `beat` every 15 s is a sign of life. `end` says why the stream ends. Its `seq` counts by one; a reader that falls behind ' +
  'is sent a new `now`.'

export function liveRoutes(app: Api, { operations }: ServerOptions, hub: Hub): void {
  const read = needs('read')
  const tags = ['console']

  app.route({
    method: 'GET',
    url: '/api/v1/live',
    exposeHeadRoute: false,
    config: read.config,
    schema: {
      operationId: 'watchNow',
      summary: 'How things stand, and every change of it',
      tags,
      security: read.security,
      response: {
        200: { description: stream, content: { 'text/event-stream': { schema: z.string() } } },
        ...errors(401, 403),
      },
    },
    handler: (request, reply) => {
      if (hub.isFull()) throw new Throttled('too many watch already', 30_000)
      reply.hijack()
      const headers = reply.getHeaders() as OutgoingHttpHeaders
      const { 'accept-encoding': accepted } = request.headers
      const acceptEncoding = Array.isArray(accepted) ? accepted.join(',') : accepted
      void hub.join(reply.raw, { caller: callerOf(request), acceptEncoding, headers })
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/now',
    config: read.config,
    schema: {
      operationId: 'getNow',
      summary: 'How things stand: queue, pools, and machines with the agents on them',
      tags,
      security: read.security,
      response: { 200: json('Now.', now), ...errors(401, 403) },
    },
    // Made of nothing but what its type says: to check thousands of machines would hold up everybody.
    handler: async (_request, reply) => {
      reply.header('content-type', 'application/json; charset=utf-8').serializer(JSON.stringify)
      return reply.send(await operations.now())
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/policy',
    config: read.config,
    schema: {
      operationId: 'getPolicy',
      summary: 'Limits, warm policies and trust in force, through the week',
      tags,
      security: read.security,
      response: { 200: json('The policy.', policy), ...errors(401, 403) },
    },
    handler: () => policyView(operations.policy()),
  })
}
