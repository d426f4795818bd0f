import { z } from 'zod'
import {
  alternatives,
  costGroups,
  type Amount,
  type ComparedCost,
  type Comparison,
  type CostLine,
  type CostReport,
  type CostSum,
  type JobCost,
  type MachineCost,
  type PriceAge,
} from '../../domain/costs/report.ts'
import { budgetPeriods, type BudgetView } from '../../domain/costs/budget.ts'
import { wasteKinds } from '../../domain/costs/ledger.ts'
import { time, type ShapeOf } from './common.ts'

export const digits = z.string().describe('Billionths of the currency, in decimal digits.')
const ms = z.number().describe('Milliseconds.')
const midnight = time.describe('A midnight UTC, in milliseconds since the epoch.')

export const amount = z.object({ currency: z.string(), nanos: digits } satisfies ShapeOf<Amount>).meta({ id: 'Amount' })

export const wasteBy = z.partialRecord(z.enum(wasteKinds), digits).readonly()

const costSum = z.object({
  currency: z.string(),
  jobs: digits,
  waste: digits,
  total: digits.describe('`jobs` + `waste`, exactly: what the machines cost.'),
  perJob: digits
    .optional()
    .describe('Mean of the jobs that were charged in this currency, rounded down; absent where none was.'),
  wasteBy,
} satisfies ShapeOf<CostSum>)

const compared = z.object({
  with: z.enum(alternatives),
  amounts: z.array(amount).readonly(),
  jobs: z.number().describe('Jobs that are in the amounts.'),
  jobsMissing: z.number().describe('Jobs that are not, for something is not known: `comparisons` says what.'),
} satisfies ShapeOf<ComparedCost>)

const line = z
  .object({
    key: z.string().describe('What the line is of; `none` for what is of no pool, team or label.'),
    jobs: z.number().describe('That ran on agents of ours.'),
    runMs: ms.describe('How long they ran, all together, in milliseconds.'),
    waitMs: ms.describe('How long they had waited, all together, in milliseconds.'),
    costs: z.array(costSum).readonly().describe('One a currency: amounts of two are never added.'),
    jobMs: ms.describe('Machine time of jobs, in milliseconds: half a machine for an hour is 30 minutes.'),
    wasteMs: ms.describe('Machine time of waste, in milliseconds.'),
    unpricedMs: ms.describe('Of both, the time without a known price: costs are at least what they say.'),
    compared: z.array(compared).readonly().describe('What its jobs would have cost otherwise.'),
  } satisfies ShapeOf<CostLine>)
  .meta({ id: 'CostLine' })

const comparison = z.object({
  with: z.enum(alternatives),
  how: z.string().describe('How it was reckoned, in words.'),
  asOf: z.string().optional().describe('Date of the price table.'),
  atLeast: z.boolean().describe('It would have cost at least what is said.'),
  missing: z.array(z.string()).readonly().describe('What is not known, in words.'),
} satisfies ShapeOf<Comparison>)

const priceAge = z.object({
  fleet: z.string(),
  readAt: time.optional().describe('When the oldest price was read; absent where all are from the configuration.'),
  stale: z.boolean().describe('Older than two days.'),
  missing: z.array(z.string()).readonly().describe('Offers whose price nobody knows.'),
} satisfies ShapeOf<PriceAge>)

export const costReport = z
  .object({
    by: z.enum(costGroups),
    since: midnight,
    until: midnight.describe('The midnight UTC that ends the last day.'),
    pool: z.string().optional(),
    repository: z.string().optional(),
    rows: z.array(line).readonly().describe('The most costly first; days in their order.'),
    total: line.describe('All that was asked for, with the waste that is of no row.'),
    comparisons: z.array(comparison).readonly(),
    prices: z.array(priceAge).readonly(),
    notes: z.array(z.string()).readonly().describe('What one must know to read it, in words.'),
  } satisfies ShapeOf<CostReport>)
  .meta({ id: 'CostReport' })

export const jobCost = z
  .object({
    machine: z.string(),
    amounts: z.array(amount).readonly(),
    ms: ms.describe('Machine time, in milliseconds.'),
    unpricedMs: ms.describe('Of it, the time without a known price.'),
    complete: z.boolean().describe('Nothing more will come.'),
  } satisfies ShapeOf<JobCost>)
  .meta({ id: 'JobCost' })

export const machineCost = {
  costs: z.array(costSum).readonly().optional().describe('What it cost for jobs and as waste, one a currency.'),
  jobMs: ms.optional(),
  wasteMs: ms.optional(),
  unpricedMs: ms.optional().describe('Of both, the time without a known price.'),
} satisfies ShapeOf<MachineCost>

export const budgetView = z
  .object({
    name: z.string(),
    target: z.object({ kind: z.enum(['pool', 'repository', 'team']), name: z.string() }),
    period: z.enum(budgetPeriods),
    limit: amount,
    spent: amount.describe('What its jobs have cost in the period that runs, as of the last minute.'),
    warnAt: z.number(),
    hold: z.boolean().describe('No new agents once it is spent.'),
    from: midnight,
    renewsAt: midnight,
    unpricedMs: ms.describe('Machine time without a known price: more was spent than is known.'),
    otherCurrencies: z.array(z.string()).readonly().describe('Spent in these, too, and not counted.'),
    state: z.enum(['within', 'warned', 'spent']),
  } satisfies ShapeOf<BudgetView>)
  .meta({ id: 'Budget' })
