import type { Team } from '../../domain/costs/team.ts'
import { matchesAny } from '../../domain/jobs/pattern.ts'
import { budgetName, teamsOf } from '../schema/cost-settings.ts'
import { namesOf, sound, type Parts } from '../parts.ts'
import { pathText, type Path } from '../reading/problem.ts'
import { partSchemas } from '../schema/root.ts'
import type { Check } from './check.ts'
import { unknownName } from './references.ts'

export const missingBudgetTargets: Check = (parts) =>
  sound(parts.budgets).flatMap(({ path, value: { pool, team } }) => [
    ...(pool === undefined ? [] : unknownName([...path, 'pool'], 'pool', pool, namesOf(parts.pools))),
    ...(team === undefined ? [] : unknownName([...path, 'team'], 'team', team, teamNames(parts))),
  ])

/** Of two, only the smaller would ever count. */
export const duplicateBudgets: Check = ({ budgets }) => {
  const first = new Map<string, Path>()
  return sound(budgets).flatMap(({ path, value }) => {
    const name = budgetName(value)
    const earlier = first.get(name)
    first.set(name, earlier ?? path)
    if (!earlier) return []
    const reason = `there is another budget for ${name}, at ${pathText(earlier)}`
    return [{ path, reason, mend: 'Keep one of them.' }]
  })
}

/** A pattern gets nothing where an earlier team has all that it means. */
export const overtakenTeams: Check = (parts) => {
  const teams = soundTeams(parts)
  return teams.flatMap(({ name, repositories }, index) =>
    repositories.flatMap((pattern, at) => {
      const earlier = teams.slice(0, index).find((team) => overtakes(team, pattern))
      if (!earlier) return []
      const reason = `the team \`${earlier.name}\` stands earlier and has all of \`${pattern}\``
      const mend = `Put \`${name}\` before it: the first team that has a repository gets it.`
      return [{ path: ['teams', name, 'repositories', at], reason, mend }]
    }),
  )
}

/** What a budget counts must not be forgotten before its period is over. */
export const forgottenBudgets: Check = ({ budgets, root }) => {
  const store = partSchemas.store.safeParse(root['store'])
  if (!store.success) return []
  return sound(budgets).flatMap(({ path, value: { period } }) => {
    if (store.data.retention.ledger >= longest[period]) return []
    const reason = `the ledger is kept for less than a ${period}: what was spent before is forgotten`
    return [{ path: [...path, 'period'], reason, mend: 'Raise `store.retention.ledger`.' }]
  })
}

const dayMs = 86_400_000
const longest = { day: dayMs, week: 7 * dayMs, month: 31 * dayMs }

/** A `*` of the one pattern stands for what the other one's `*` stands for, too. */
function overtakes(team: Team, pattern: string): boolean {
  return matchesAny(team.repositories, pattern)
}

function soundTeams({ root }: Parts): Team[] {
  const parsed = partSchemas.teams.safeParse(root['teams'])
  return parsed.success ? teamsOf(parsed.data) : []
}

/** Known even where the rest of a team is wrong. */
function teamNames({ root }: Parts): string[] {
  const { teams } = root
  return typeof teams === 'object' && teams !== null ? Object.keys(teams) : []
}
