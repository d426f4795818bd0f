import { z } from 'zod'
import { needs, type Api } from '../api.ts'
import type { ServerOptions } from '../options.ts'
import { errors, json, pageLimit } from '../schemas/common.ts'
import { journalEntry } from '../schemas/fleet.ts'

const SINCE_HELP = 'expected milliseconds since the epoch, or a date such as 2026-01-31T08:00:00Z'

const since = z
  .string()
  .transform((written, context) => {
    const at = /^\d+$/.test(written) ? Number(written) : Date.parse(written)
    if (Number.isSafeInteger(at)) return at
    context.addIssue({ code: 'custom', message: SINCE_HELP })
    return z.NEVER
  })
  .describe('Milliseconds since the epoch, or a date such as `2026-01-31T08:00:00Z`.')

const query = z.strictObject({
  subject: z.string().min(1).optional().describe('`job:KEY`, `agent:KEY`, `machine:KEY`, `pool:NAME`, `source:NAME`'),
  kind: z.string().min(1).optional(),
  since: since.optional(),
  limit: pageLimit,
})

const journal = z.object({ entries: z.array(journalEntry).readonly() }).meta({ id: 'Journal' })

export function journalRoutes(app: Api, { operations }: ServerOptions): void {
  const read = needs('read')
  app.route({
    method: 'GET',
    url: '/api/v1/journal',
    config: read.config,
    schema: {
      operationId: 'readJournal',
      summary: 'What was done and what came of it, newest first',
      tags: ['service'],
      security: read.security,
      querystring: query,
      response: { 200: json('The entries.', journal), ...errors(400, 401, 403) },
    },
    handler: async (request) => ({ entries: await operations.journal(request.query) }),
  })
}
