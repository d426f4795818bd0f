import type { Budget, BudgetState, BudgetStatus } from '../../domain/costs/budget.ts'
import { covers } from '../../domain/costs/covers.ts'
import type { Nanos } from '../../domain/money.ts'

/** What jobs of one repository cost on agents of one pool. */
export interface Spending {
  readonly pool: string
  readonly repository: string
  readonly currency: string
  readonly nanos: Nanos
  readonly unpricedMs: number
}

/** Where a budget stands, by what was spent in its period. */
export function statusOf(
  budget: Budget,
  period: Pick<BudgetStatus, 'from' | 'renewsAt'>,
  spendings: Iterable<Spending>,
): BudgetStatus {
  const others = new Set<string>()
  let spentNanos = 0n
  let unpricedMs = 0
  for (const spending of spendings) {
    if (!covers(budget.target, spending.pool, spending.repository)) continue
    unpricedMs += spending.unpricedMs
    if (spending.currency === budget.limit.currency) spentNanos += spending.nanos
    else if (spending.nanos > 0n) others.add(spending.currency)
  }
  const state = stateOf(budget, spentNanos)
  return { budget, ...period, spentNanos, unpricedMs, otherCurrencies: [...others].sort(), state }
}

const millionths = 1_000_000n

function stateOf({ limit, warnAt }: Budget, spent: Nanos): BudgetState {
  if (spent >= limit.nanos) return 'spent'
  const warnFrom = limit.nanos * BigInt(Math.round(warnAt * Number(millionths)))
  return spent * millionths >= warnFrom ? 'warned' : 'within'
}
