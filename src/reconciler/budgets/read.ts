import type { Budget, BudgetStatus } from '../../domain/costs/budget.ts'
import { periodAt } from '../../domain/costs/period.ts'
import { startOfDay } from '../../domain/money.ts'
import type { Context } from '../context.ts'
import { uncharged } from './uncharged.ts'
import { statusOf, type Spending } from './spending.ts'

const dayMs = 86_400_000

/** What is charged in each budget's period, and what jobs that run have cost since they were charged last. */
export async function readBudgets(
  context: Context,
  budgets: readonly Budget[],
  now: number,
): Promise<readonly BudgetStatus[]> {
  const periods = new Map(budgets.map(({ period }) => [period, periodAt(period, now)]))
  const charged = new Map<number, readonly Spending[]>()
  for (const { from } of periods.values())
    if (!charged.has(from)) charged.set(from, await chargedSince(context, from, now))
  // After the reading: what is charged meanwhile is missed until the next one, rather than counted twice.
  const running = uncharged(context, now)
  return budgets.map((budget) => {
    const period = periods.get(budget.period) ?? periodAt(budget.period, now)
    return statusOf(budget, period, [...(charged.get(period.from) ?? []), ...running])
  })
}

async function chargedSince({ store }: Context, since: number, now: number): Promise<readonly Spending[]> {
  const until = startOfDay(now) + dayMs
  const rows = await store.costs({ by: ['pool', 'repository', 'currency'], kind: 'job', since, until })
  return rows.map(({ keys, nanos, unpricedMs }) => ({
    pool: String(keys.pool ?? ''),
    repository: String(keys.repository ?? ''),
    currency: String(keys.currency),
    nanos,
    unpricedMs,
  }))
}
