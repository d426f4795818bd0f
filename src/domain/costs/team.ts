import { matchesAny } from '../jobs/pattern.ts'

/** Repositories that belong together in reports and budgets. */
export interface Team {
  readonly name: string
  /** `owner/name` with `*`. */
  readonly repositories: readonly string[]
}

/** What reports call repositories of no team. */
export const noTeam = 'none'

/** The first team that has the repository. */
export function teamOf(teams: readonly Team[], repository: string): string {
  return teams.find((team) => matchesAny(team.repositories, repository))?.name ?? noTeam
}
