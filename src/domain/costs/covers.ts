import { matchesAny } from '../jobs/pattern.ts'
import type { BudgetTarget } from './budget.ts'
import { teamOf } from './team.ts'

/** Whether a budget is for jobs of the repository on agents of the pool; without a repository, for all of the pool. */
export function covers(target: BudgetTarget, pool: string, repository: string | undefined): boolean {
  switch (target.kind) {
    case 'pool':
      return target.name === pool
    case 'repository':
      return repository !== undefined && matchesAny([target.name], repository)
    case 'team':
      return repository !== undefined && teamOf(target.teams, repository) === target.name
  }
}
