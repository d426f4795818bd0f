import type { BudgetState, BudgetStatus } from '../../domain/costs/budget.ts'
import { amountWords } from '../../domain/money.ts'
import { journal, type Context } from '../context.ts'

/** What people were told of a budget last. Stored, so that they are told once in a period. */
interface Told {
  readonly from: number
  readonly limit: string
  readonly state: BudgetState
}

/** Notes in journal and log, once in a period each, that a budget is nearly spent, and that it is. */
export function createTeller(context: Context): (budgets: readonly BudgetStatus[]) => Promise<void> {
  const known = new Map<string, Told | undefined>()

  async function toldOf(key: string): Promise<Told | undefined> {
    if (!known.has(key)) known.set(key, parsed(await context.store.setting(key)))
    return known.get(key)
  }

  return async (budgets) => {
    for (const status of budgets) {
      const { budget, from, state, spentNanos } = status
      const key = `budget/${budget.name}`
      const told = await toldOf(key)
      const limit = `${budget.limit.nanos} ${budget.limit.currency}`
      const same = told?.from === from && told.limit === limit
      if (state === 'within' || (same && (told.state === 'spent' || told.state === state))) continue
      const next: Told = { from, limit, state }
      await context.state.commit([
        { kind: 'setting', key, value: JSON.stringify(next) },
        journal(context, `budget-${state}`, `budget:${budget.name}`, words(status), 'noted'),
      ])
      known.set(key, next)
      context.logger.warn({ budget: budget.name, spent: String(spentNanos), limit }, 'budget is spent or nearly so')
    }
  }
}

function parsed(text: string | undefined): Told | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Told)
}

function words({ budget, spentNanos, state, otherCurrencies }: BudgetStatus): string {
  const { limit, hold, warnAt } = budget
  const amounts = `${amountWords(spentNanos, limit.currency)} of ${amountWords(limit.nanos, limit.currency)} are spent`
  const others =
    otherCurrencies.length > 0 ? `, and more in ${otherCurrencies.join(' and ')}, which is not counted` : ''
  if (state === 'warned') return `${amounts}${others}: that is ${Math.round(warnAt * 100)} % or more`
  return `${amounts}${others}${hold ? ': new agents are held until it renews' : ''}`
}
