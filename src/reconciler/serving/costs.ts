import type { BudgetView } from '../../domain/costs/budget.ts'
import type { JobCost } from '../../domain/costs/report.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Machine } from '../../domain/machine.ts'
import { roundAmount, roundDuration } from '../../kit/units.ts'
import type { Context } from '../context.ts'
import { billOf } from './machine-view.ts'

/** What reports are made with: as the configuration is now, and what was learnt. */
export function reportFacts(context: Context) {
  const { pools, fleets, costs } = context.wanted()
  const { offers, bootMs } = context.known
  const unpriced = [...context.state.machines.values()].filter(({ made, prices }) => !made && !prices)
  const costless = new Set(unpriced.map(({ fleet }) => fleet))
  return { pools, fleets, offers, bootMs, costless, teams: costs.teams, compare: costs.compare }
}

/** Budgets as JSON can have them. */
export function budgetViews(context: Context): BudgetView[] {
  return context.known.budgets.map(({ budget, spentNanos, ...status }) => {
    const { name, target, limit, period, warnAt, hold } = budget
    const { currency } = limit
    return {
      name,
      target: { kind: target.kind, name: target.name },
      period,
      limit: { currency, nanos: String(limit.nanos) },
      spent: { currency, nanos: String(spentNanos) },
      warnAt,
      hold,
      ...status,
    }
  })
}

/** What a job has cost, as a sentence; none while it has not begun. */
export async function costWords(context: Context, job: Job, cost: JobCost | undefined): Promise<string[]> {
  if (job.agent === undefined || job.startedAt === undefined) return []
  const key = cost?.machine ?? context.state.agents.get(job.agent)?.machine
  const machine = key === undefined ? undefined : await findMachine(context, key)
  if (!cost) return machine ? [`What it costs on machine ${machine.key} is not reckoned yet.`] : []
  const amounts = cost.amounts.map(({ nanos, currency }) => roundAmount(BigInt(nanos), currency))
  const known = amounts.length > 0 ? amounts.join(' and ') : 'an amount that nobody knows'
  const least = amounts.length > 0 && cost.unpricedMs > 0 ? 'at least ' : ''
  const unpriced = cost.unpricedMs > 0 ? ` (${roundDuration(cost.unpricedMs)} of machine time without a price)` : ''
  const when = cost.complete ? 'in all' : 'so far'
  return [
    `It has cost ${least}${known} ${when}${unpriced}, on machine ${cost.machine}${machineWords(context, machine)}.`,
  ]
}

/** Also one that is gone, until it is pruned. */
async function findMachine({ state, store }: Context, key: string): Promise<Machine | undefined> {
  return state.machines.get(key) ?? (await store.get('machine', key))
}

/** Only while the machine is known. */
function machineWords(context: Context, machine: Machine | undefined): string {
  if (!machine) return ''
  const { cost } = billOf(context, machine)
  const total = cost ? roundAmount(BigInt(cost.nanos), cost.currency) : 'an amount that nobody knows'
  return `; the machine has cost ${total} with all that ran on it`
}
