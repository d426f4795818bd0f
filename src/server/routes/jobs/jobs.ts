import { z } from 'zod'
import { needs, type Api } from '../../api.ts'
import type { ServerOptions } from '../../options.ts'
import { errors, json, keyParams, pageLimit } from '../../schemas/common.ts'
import { jobCost } from '../../schemas/cost.ts'
import { job, jobPage, jobState, jobView } from '../../schemas/job.ts'
import { foundJob } from './found.ts'

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
      const shown = jobView(foundJob(await operations.job(key), key))
      return { ...shown, cost: await operations.jobCost(key) }
    },
  })
}
