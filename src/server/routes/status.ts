import { z } from 'zod'
import { needs, type Api } from '../api.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json } from '../schemas/common.ts'
import { finding } from '../schemas/fleet.ts'
import { status } from '../schemas/status.ts'

const findings = z.object({ findings: z.array(finding).readonly() }).meta({ id: 'DoctorFindings' })

export function statusRoutes(app: Api, { operations }: ServerOptions): void {
  const read = needs('read')
  const tags = ['service']

  app.route({
    method: 'GET',
    url: '/api/v1/status',
    config: read.config,
    schema: {
      operationId: 'getStatus',
      summary: 'Everything at a glance',
      tags,
      security: read.security,
      response: { 200: json('The status.', status), ...errors(401, 403) },
    },
    handler: () => operations.status(),
  })

  app.route({
    method: 'GET',
    url: '/api/v1/doctor',
    config: read.config,
    schema: {
      operationId: 'examine',
      summary: 'What is wrong with engines, images, permissions and clocks, and how to mend it; may take a minute',
      tags,
      security: read.security,
      response: { 200: json('The findings.', findings), ...errors(401, 403) },
    },
    handler: async () => ({ findings: await operations.doctor() }),
  })
}
