import { startOfDay } from '../money.ts'
import type { BudgetPeriod } from './budget.ts'

const dayMs = 86_400_000

/** The period that a moment is in: from one midnight UTC to another. */
export function periodAt(period: BudgetPeriod, at: number): { readonly from: number; readonly renewsAt: number } {
  const day = startOfDay(at)
  switch (period) {
    case 'day':
      return { from: day, renewsAt: day + dayMs }
    case 'week': {
      // Sunday is 0.
      const from = day - ((new Date(day).getUTCDay() + 6) % 7) * dayMs
      return { from, renewsAt: from + 7 * dayMs }
    }
    case 'month': {
      const date = new Date(day)
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
      return { from: Date.UTC(year, month), renewsAt: Date.UTC(year, month + 1) }
    }
  }
}
