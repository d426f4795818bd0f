import { needs, type Api } from '../../api.ts'
import type { ServerOptions } from '../../options.ts'
import { errors, json, keyParams } from '../../schemas/common.ts'
import { jobView } from '../../schemas/job.ts'
import { timeline } from '../../schemas/life.ts'
import { explanation } from '../../schemas/status.ts'
import { foundJob } from './found.ts'

/** What became of a job and why, in words and in times. */
export function jobStoryRoutes(app: Api, { operations }: ServerOptions): void {
  const read = needs('read')
  const tags = ['jobs']

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
      const explained = foundJob(await operations.explain(request.params.key), request.params.key)
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
      const told = foundJob(await operations.timeline(request.params.key), request.params.key)
      return { ...told, job: jobView(told.job) }
    },
  })
}
