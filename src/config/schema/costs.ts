import { z } from 'zod'
import { amount, bytes, cpu, duration, name } from '../../kit/schema.ts'

const TEAM_HELP =
  "expected a name of small letters, digits and hyphens that begins with a letter, at most 40, for example 'payments'"
const DATE_HELP = "expected a day, for example '2026-01-31'"
const SHARE_HELP = 'expected a share of the limit, more than 0 and at most 1, for example 0.8'

const repositories = z
  .array(z.string().min(1))
  .min(1, { error: "expected at least one repository, for example ['acme/pay-*']" })

export const teamsSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, { error: TEAM_HELP })
      .refine((team) => team !== 'none', { error: '`none` is what reports call repositories of no team' }),
    z.strictObject({ repositories: repositories.describe('`owner/name`, with `*` as a wildcard.') }),
  )
  .default({})
  .describe('Teams in reports and budgets. The first one that has a repository gets it; the rest is of `none`.')

const hostedRunner = z.strictObject({
  os: z.enum(['linux', 'windows']).default('linux').describe('System of the runner.'),
  cpu: cpu().describe('CPUs of the runner.'),
  memory: bytes().describe('Memory of the runner.'),
  price: amount().describe('For each minute begun.'),
})

/**
 * What GitHub asks for a minute of its x64 runners since 2026-01-01, from docs.github.com/billing/reference/
 * actions-runner-pricing, and their sizes in private repositories. The 1-CPU runner is left out: its jobs end after 15
 * minutes.
 */
const githubPrices = [
  ['linux', 2, '0.006 USD'],
  ['linux', 4, '0.012 USD'],
  ['linux', 8, '0.022 USD'],
  ['linux', 16, '0.042 USD'],
  ['linux', 32, '0.082 USD'],
  ['linux', 64, '0.162 USD'],
  ['linux', 96, '0.252 USD'],
  ['windows', 2, '0.010 USD'],
  ['windows', 4, '0.022 USD'],
  ['windows', 8, '0.042 USD'],
  ['windows', 16, '0.082 USD'],
  ['windows', 32, '0.162 USD'],
  ['windows', 64, '0.322 USD'],
  ['windows', 96, '0.552 USD'],
] as const
const githubRunners = githubPrices.map(([os, cpus, price]) => ({ os, cpu: cpus, memory: `${cpus * 4}Gi`, price }))

export const compareSchema = z
  .strictObject({
    githubHosted: z
      .strictObject({
        asOf: z.iso.date({ error: DATE_HELP }).describe('Since when these prices are in force.'),
        perMinute: z.array(hostedRunner).min(1).describe('Runners, each with its price.'),
      })
      .prefault({ asOf: '2026-01-01', perMinute: githubRunners })
      .describe('Prices of runners that GitHub hosts.'),
    vmPerJob: z
      .strictObject({
        boot: duration().optional().describe('From the order to a machine that runs jobs. Default: as measured.'),
        delete: duration().optional().describe('How long the deletion of a machine takes. Default: as measured.'),
      })
      .prefault({})
      .describe('What a machine for each job would take beside the job.'),
  })
  .prefault({})
  .describe('What reports compare the same jobs with.')

export const budgetSchema = z
  .strictObject({
    pool: name().optional().describe('A pool. Either this, `repository` or `team`.'),
    repository: z.string().min(1).optional().describe('`owner/name`, with `*` as a wildcard.'),
    team: z.string().min(1).optional().describe('A team of `teams`.'),
    limit: amount().describe('The most that its jobs are to cost in a period.'),
    period: z
      .enum(['day', 'week', 'month'])
      .default('month')
      .describe('What it is for, in UTC; weeks begin on Monday.'),
    warnAt: z
      .number({ error: SHARE_HELP })
      .gt(0, { error: SHARE_HELP })
      .max(1, { error: SHARE_HELP })
      .default(0.8)
      .describe('The share of the limit from which on people are told.'),
    hold: z
      .boolean()
      .default(false)
      .describe('Whether no new agent is started for it once the limit is reached. What runs goes on.'),
  })
  .refine(({ pool, repository, team }) => [pool, repository, team].filter((one) => one !== undefined).length === 1, {
    error: 'expected exactly one of `pool`, `repository` and `team`',
  })

export type TeamsSettings = z.output<typeof teamsSchema>
export type CompareSettings = z.output<typeof compareSchema>
export type BudgetSettings = z.output<typeof budgetSchema>
