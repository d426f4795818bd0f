import type { BudgetView } from '../../src/domain/costs/budget.ts'
import type { CostLine, CostQuestion, CostReport, JobCost } from '../../src/domain/costs/report.ts'
import { startOfDay } from '../../src/domain/money.ts'

/* What the fake of the service tells of money. */

const usd = (nanos: string) => ({ currency: 'USD', nanos })

export const aCostLine: CostLine = {
  key: 'acme/web',
  jobs: 3,
  runMs: 180_000,
  waitMs: 6000,
  costs: [
    {
      currency: 'USD',
      jobs: '12600000',
      waste: '400000',
      total: '13000000',
      perJob: '4200000',
      wasteBy: { boot: '400000' },
    },
  ],
  jobMs: 90_000,
  wasteMs: 10_000,
  unpricedMs: 3_600_000,
  compared: [
    { with: 'github-hosted', amounts: [usd('18000000')], jobs: 3, jobsMissing: 0 },
    { with: 'vm-per-job', amounts: [], jobs: 0, jobsMissing: 3 },
  ],
}

export function aCostReport({ by, since, until, ...filters }: CostQuestion): CostReport {
  return {
    by,
    since: startOfDay(since),
    until: startOfDay(until) + 86_400_000,
    ...filters,
    rows: [aCostLine],
    total: { ...aCostLine, key: 'total' },
    comparisons: [
      { with: 'github-hosted', how: 'each job on a hosted runner', asOf: '2026-01-01', atLeast: false, missing: [] },
      { with: 'vm-per-job', how: 'each job on a machine of its own', atLeast: true, missing: ['no price (3 jobs)'] },
    ],
    prices: [{ fleet: 'cloud', readAt: since, stale: true, missing: ['D4'] }],
    notes: ['some machine time has no known price: costs are at least what is said'],
  }
}

export const aJobCost: JobCost = { machine: 'm1', amounts: [usd('4200000')], ms: 30_000, unpricedMs: 0, complete: true }

export const aBudgetView: BudgetView = {
  name: 'team payments, a month',
  target: { kind: 'team', name: 'payments' },
  period: 'month',
  limit: usd('300000000000'),
  spent: usd('12000000000'),
  warnAt: 0.8,
  hold: true,
  from: 1_698_796_800_000,
  renewsAt: 1_701_388_800_000,
  unpricedMs: 0,
  otherCurrencies: [],
  state: 'within',
}
