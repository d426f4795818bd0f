import { z } from 'zod'
import { needs, type Api } from '../api.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json, text } from '../schemas/common.ts'

const readiness = z.object({ ready: z.boolean(), problems: z.array(z.string()).readonly() }).meta({ id: 'Readiness' })

const description = z.looseObject({ openapi: z.string() })

/** What supervisors and Prometheus ask, and the description of all. */
export function probeRoutes(app: Api, { operations, metrics, metricsOpen }: ServerOptions): void {
  const anyone = needs('anyone')
  const tags = ['probes']

  app.route({
    method: 'GET',
    url: '/healthz',
    config: anyone.config,
    schema: {
      operationId: 'isAlive',
      summary: 'Whether the process lives',
      tags,
      security: anyone.security,
      response: { 200: text('`ok`') },
    },
    handler: () => 'ok\n',
  })

  app.route({
    method: 'GET',
    url: '/readyz',
    config: anyone.config,
    schema: {
      operationId: 'isReady',
      summary: 'Whether it does its work: loops run, the store takes writes',
      tags,
      security: anyone.security,
      response: { 200: json('Ready.', readiness), 503: json('Not ready, and why.', readiness) },
    },
    handler: async (_request, reply) => {
      const health = await operations.health()
      return reply.code(health.ready ? 200 : 503).send(health)
    },
  })

  const isOpen = metricsOpen !== false
  const scrape = needs(isOpen ? 'anyone' : 'read')
  app.route({
    method: 'GET',
    url: '/metrics',
    config: scrape.config,
    schema: {
      operationId: 'getMetrics',
      summary: 'Metrics for Prometheus',
      tags,
      security: scrape.security,
      response: { 200: text('The exposition format.'), ...(isOpen ? errors() : errors(401, 403)) },
    },
    handler: async (_request, reply) => {
      const { contentType, body } = await metrics()
      return reply.header('content-type', contentType).send(body)
    },
  })

  app.route({
    method: 'GET',
    url: '/api/openapi.json',
    config: anyone.config,
    schema: {
      operationId: 'getDescription',
      summary: 'This description',
      tags,
      security: anyone.security,
      response: { 200: json('OpenAPI 3.1.', description) },
    },
    handler: () => ({ ...app.swagger(), openapi: '3.1.0' }),
  })
}
