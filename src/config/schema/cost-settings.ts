import type { Budget, BudgetTarget } from '../../domain/costs/budget.ts'
import type { CostSettings } from '../../domain/costs/settings.ts'
import type { Team } from '../../domain/costs/team.ts'
import type { BudgetSettings, CompareSettings, TeamsSettings } from './costs.ts'

interface Settings {
  readonly teams: TeamsSettings
  readonly budgets: readonly BudgetSettings[]
  readonly compare: CompareSettings
}

/** How costs are told, compared and kept within budgets. */
export function costSettingsOf({ teams: written, budgets, compare }: Settings): CostSettings {
  const teams = teamsOf(written)
  const { githubHosted, vmPerJob } = compare
  return {
    teams,
    budgets: budgets.map((budget) => budgetOf(budget, teams)),
    compare: {
      githubHosted: {
        asOf: githubHosted.asOf,
        perMinute: githubHosted.perMinute.map(({ os, cpu, memory, price }) => ({ os, milliCpu: cpu, memory, price })),
      },
      vmPerJob: {
        ...(vmPerJob.boot !== undefined && { bootMs: vmPerJob.boot }),
        ...(vmPerJob.delete !== undefined && { deleteMs: vmPerJob.delete }),
      },
    },
  }
}

/** In their order in the file. */
export function teamsOf(teams: TeamsSettings): Team[] {
  return Object.entries(teams).map(([name, { repositories }]) => ({ name, repositories }))
}

function budgetOf(settings: BudgetSettings, teams: readonly Team[]): Budget {
  const { limit, period, warnAt, hold } = settings
  return { name: budgetName(settings), target: targetOf(settings, teams), limit, period, warnAt, hold }
}

/** `pool linux, a month` */
export function budgetName({ pool, repository, team, period }: BudgetSettings): string {
  const target =
    pool !== undefined ? `pool ${pool}` : repository !== undefined ? `repository ${repository}` : `team ${team}`
  return `${target}, a ${period}`
}

function targetOf({ pool, repository, team }: BudgetSettings, teams: readonly Team[]): BudgetTarget {
  if (pool !== undefined) return { kind: 'pool', name: pool }
  if (repository !== undefined) return { kind: 'repository', name: repository }
  return { kind: 'team', name: team ?? '', teams }
}
