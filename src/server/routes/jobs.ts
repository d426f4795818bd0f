import { Readable } from 'node:stream'
import { z } from 'zod'
import { NotFound } from '../../domain/errors.ts'
import { needs, type Api } from '../api.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json, keyParams, pageLimit, text } from '../schemas/common.ts'
import { jobCost } from '../schemas/cost.ts'
import { job, jobPage, jobState, jobView } from '../schemas/job.ts'
import { timeline } from '../schemas/life.ts'
import { explanation } from '../schemas/status.ts'

const query = z.strictObject({
  state: jobState.optional(),
  source: z.string().min(1).optional(),
  repository: z.string().min(1).optional(),
  search: z
    .string()
    .max(200)
    .optional()
    .describe('Words that must all occur in repository, workflow, name, key or run id, whatever their case.'),
  after: z.string().min(1).optional().describe('`next` of the page before.'),
  limit: pageLimit,
})

const jobWithCost = job
  .extend({ cost: jobCost.optional().describe('Absent where nothing was charged to it.') })
  .meta({ id: 'JobWithCost' })

export function jobRoutes(app: Api, { operations }: ServerOptions): void {
  const read = needs('read')
  const tags = ['jobs']

  app.route({
    method: 'GET',
    url: '/api/v1/jobs',
    config: read.config,
    schema: {
      operationId: 'listJobs',
      summary: 'Jobs, newest first',
      tags,
      security: read.security,
      querystring: query,
      response: { 200: json('A page of jobs.', jobPage), ...errors(400, 401, 403) },
    },
    handler: async (request) => {
      const { search, ...rest } = request.query
      const page = await operations.jobs({ ...rest, ...(search?.trim() && { search }) })
      return { jobs: page.jobs.map(jobView), next: page.next }
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/jobs/:key',
    config: read.config,
    schema: {
      operationId: 'getJob',
      summary: 'One job',
      tags,
      security: read.security,
      params: keyParams,
      response: { 200: json('The job.', jobWithCost), ...errors(401, 403, 404) },
    },
    handler: async (request) => {
      const { key } = request.params
      const shown = jobView(found(await operations.job(key), key))
      return { ...shown, cost: await operations.jobCost(key) }
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/jobs/:key/explain',
    config: read.config,
    schema: {
      operationId: 'explainJob',
      summary: 'Why a job waits or ran where it did, and what happens next',
      tags,
      security: read.security,
      params: keyParams,
      response: { 200: json('The explanation.', explanation), ...errors(401, 403, 404) },
    },
    handler: async (request) => {
      const explained = found(await operations.explain(request.params.key), request.params.key)
      return { ...explained, job: jobView(explained.job) }
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/jobs/:key/timeline',
    config: read.config,
    schema: {
      operationId: 'getJobTimeline',
      summary: 'What a job and its agent have come through, and when',
      tags,
      security: read.security,
      params: keyParams,
      response: { 200: json('The timeline.', timeline), ...errors(401, 403, 404) },
    },
    handler: async (request) => {
      const told = found(await operations.timeline(request.params.key), request.params.key)
      return { ...told, job: jobView(told.job) }
    },
  })

  const logs = needs('logs')
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
      if (tail === undefined) found(await operations.job(key), key)
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

function found<T>(thing: T | undefined, key: string): T {
  if (thing === undefined) throw new NotFound(`no job ${key}; it may be older than the retention`)
  return thing
}
