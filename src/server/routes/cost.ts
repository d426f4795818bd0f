import { z } from 'zod'
import { BadInput } from '../../domain/errors.ts'
import { costGroups, type CostReport } from '../../domain/costs/report.ts'
import { BadUnit, parseDuration } from '../../kit/units.ts'
import { needs, type Api } from '../api.ts'
import { costCsv } from '../csv/cost.ts'
import type { ServerOptions } from '../options.ts'
import { errors } from '../schemas/common.ts'
import { costReport } from '../schemas/cost.ts'

const MOMENT = 'How long ago (`30d`, `12h`), a day or time (`2026-01-31`), or milliseconds since the epoch.'
const MOMENT_HELP = "expected how long ago, for example '30d', a day, for example '2026-01-31', or milliseconds"

const query = z.strictObject({
  by: z
    .enum(costGroups, { error: `expected one of ${costGroups.join(', ')}` })
    .default('repository')
    .describe('What a line is of.'),
  since: z.string().default('30d').describe(`${MOMENT} The day (UTC) that it is in is the first one.`),
  until: z.string().optional().describe(`${MOMENT} The day (UTC) that it is in is the last one; today unless given.`),
  format: z.enum(['json', 'csv'], { error: 'expected json or csv' }).default('json'),
  pool: z.string().min(1).optional().describe('Only what this pool used.'),
  repository: z.string().min(1).optional().describe('Only the jobs of this repository.'),
})

const answer = {
  description: 'The report.',
  content: { 'application/json': { schema: costReport }, 'text/csv': { schema: z.string() } },
}

export function costRoutes(app: Api, { operations, clock }: ServerOptions): void {
  const read = needs('read')
  app.route({
    method: 'GET',
    url: '/api/v1/cost',
    config: read.config,
    schema: {
      operationId: 'getCost',
      summary: 'What jobs and machines have cost, and what the same jobs would have cost otherwise',
      tags: ['costs'],
      security: read.security,
      querystring: query,
      response: { 200: answer, ...errors(400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { by, since, until, format, pool, repository } = request.query
      const now = clock.wall()
      const from = momentOf('since', since, now)
      const report = await operations.cost({
        by,
        since: from,
        until: until === undefined ? Math.max(now, from) : momentOf('until', until, now),
        ...(pool !== undefined && { pool }),
        ...(repository !== undefined && { repository }),
      })
      if (format === 'json') return report
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${fileName(report)}"`)
        .send(costCsv(report))
    },
  })
}

/** The end of the year 9999. */
const lastMoment = 253_402_300_799_999

function momentOf(name: string, written: string, now: number): number {
  const at = /^\d+$/.test(written) ? Number(written) : /^\d{4}-/.test(written) ? Date.parse(written) : Number.NaN
  if (Number.isSafeInteger(at) && at >= 0 && at <= lastMoment) return at
  try {
    return now - parseDuration(written)
  } catch (error) {
    if (!(error instanceof BadUnit)) throw error
    throw new BadInput('the time asked for is not valid', [`${name}: ${MOMENT_HELP}`])
  }
}

function fileName({ by, since, until }: CostReport): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  return `slipway-cost-by-${by}-${day(since)}-to-${day(until - 1)}.csv`
}
