import type { BudgetStatus } from '../../domain/costs/budget.ts'
import { covers } from '../../domain/costs/covers.ts'
import type { Job } from '../../domain/jobs/job.ts'
import { amountWords } from '../../domain/money.ts'
import type { Pool } from '../../domain/pool.ts'
import { roundDuration } from '../../kit/units.ts'
import type { Hold } from '../demand/route.ts'
import type { Survey } from '../survey.ts'

/** Holds new agents where a budget that says so is spent. What runs is never touched. */
export interface BudgetHolds {
  /** Why the pool gets no further agent; with a job, why it gets none for that one. */
  hold(pool: Pool, job?: Job): Hold | undefined
}

export function createBudgetHolds({ snapshot, now }: Survey): BudgetHolds {
  const spent = snapshot.budgets.filter((status) => status.budget.hold && isSpent(status, now))
  if (spent.length === 0) return { hold: () => undefined }
  const holds = new Map(spent.map((status) => [status, holdOf(status, now)]))
  const byPool = new Map<string, Map<string, Hold | undefined>>()

  function find(pool: string, repository: string | undefined): Hold | undefined {
    const status = spent.find(({ budget }) => covers(budget.target, pool, repository))
    return status && holds.get(status)
  }

  return {
    // Thousands of jobs are of few repositories.
    hold({ name }, job) {
      const known = byPool.get(name) ?? new Map<string, Hold | undefined>()
      byPool.set(name, known)
      const repository = job?.repository ?? ''
      if (!known.has(repository)) known.set(repository, find(name, job?.repository))
      return known.get(repository)
    },
  }
}

/** Of a period that is over, nothing is known yet: the next one begins with all its money. */
function isSpent({ state, renewsAt }: BudgetStatus, now: number): boolean {
  return state === 'spent' && renewsAt > now
}

function holdOf({ budget, spentNanos, renewsAt, unpricedMs }: BudgetStatus, now: number): Hold {
  const { limit, target } = budget
  const unpriced = unpricedMs > 0 ? `, and ${roundDuration(unpricedMs)} of machine time without a price` : ''
  const renewal = new Date(renewsAt).toISOString().slice(0, 16).replace('T', ' ')
  return {
    code: 'budget',
    ...(target.kind === 'pool' && { pool: target.name }),
    reason: `the budget for ${budget.name}, is spent: ${amountWords(spentNanos, limit.currency)} of ${amountWords(limit.nanos, limit.currency)}${unpriced}`,
    next: `agents are started again when it renews, at ${renewal} UTC, or once its limit is raised`,
    etaMs: renewsAt - now,
  }
}
