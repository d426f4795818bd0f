import { matchesAny } from '../../domain/jobs/pattern.ts'
import type { ScopeStatus } from '../../domain/plan.ts'
import type { Pool } from '../../domain/pool.ts'

/**
 * Why agents of the pool must not be registered in the scope, if so. A `free` agent takes whatever its scope hands it,
 * so a scope that admits more than the pool allows is refused as a whole.
 */
export function scopeProblem(scope: ScopeStatus, pool: Pool): string | undefined {
  if (scope.binding === 'fixed') return undefined
  const { width } = scope
  if (!width) return `who can use scope ${scope.name} is not known yet${scope.problem ? ` (${scope.problem})` : ''}`
  if (width.allowsPublic && !pool.trust.publicRepositories)
    return `scope ${scope.name} admits public repositories, and pool ${pool.name} does not trust them`
  const outside = repositoriesOutside(scope, pool)
  if (outside) return `scope ${scope.name} admits ${outside}, which the allow list of pool ${pool.name} does not`
  return undefined
}

function repositoriesOutside(scope: ScopeStatus, pool: Pool): string | undefined {
  if (!scope.width) return undefined
  if (scope.width.repositories === 'all') {
    const owner = scope.name.split(/[:/]/)[0] ?? scope.name
    const coversAll = pool.repositories.some((pattern) =>
      ['*', '*/*', `${owner.toLowerCase()}/*`].includes(pattern.toLowerCase()),
    )
    return coversAll ? undefined : `every repository of ${owner}`
  }
  return scope.width.repositories.find((repository) => !matchesAny(pool.repositories, repository))
}
