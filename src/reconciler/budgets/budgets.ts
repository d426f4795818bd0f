import type { Budget } from '../../domain/costs/budget.ts'
import type { Context } from '../context.ts'
import { readBudgets } from './read.ts'
import { createTeller } from './tell.ts'

export interface Budgets {
  /**
   * Reads them if what is known is of another configuration or period. To be called before each plan, which must not
   * start agents that a spent budget holds; undefined when there is nothing to wait for.
   */
  due(): Promise<void> | undefined
  /** Reads them again, and tells people of those that are spent, or nearly so. */
  runOnce(): Promise<void>
}

export function createBudgets(context: Context): Budgets {
  const tell = createTeller(context)
  let readFor: readonly Budget[] | undefined
  let underWay: Promise<void> | undefined

  async function read(): Promise<void> {
    const { budgets } = context.wanted().costs
    context.known.budgets = budgets.length > 0 ? await readBudgets(context, budgets, context.clock.wall()) : []
    readFor = budgets
    await tell(context.known.budgets)
  }

  /** Two at a time would tell people twice. */
  function runOnce(): Promise<void> {
    return (underWay ??= read().finally(() => (underWay = undefined)))
  }

  return {
    due() {
      const { budgets } = context.wanted().costs
      if (budgets.length === 0 && context.known.budgets.length === 0) return undefined
      const now = context.clock.wall()
      const current = context.known.budgets.every(({ from, renewsAt }) => from <= now && now < renewsAt)
      return current && readFor === budgets ? undefined : runOnce()
    },
    runOnce,
  }
}
