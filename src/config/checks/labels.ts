import { sound, type Parts } from '../parts.ts'
import { registrationScopes } from '../scopes.ts'
import type { PoolSettings } from '../schema/pool.ts'
import type { Path } from '../reading/problem.ts'
import type { Check } from './check.ts'

/**
 * Which agent takes which job inside a scope is up to the source. An agent that has all labels of another pool takes
 * that pool's jobs too, so order, priority and limits between the two are best effort.
 */
export const containedLabels: Check = (parts) => {
  const pools = sound(parts.pools)
  return pools.flatMap(({ path, value: larger }) =>
    pools
      .filter(({ value: smaller }) => smaller !== larger && contains(larger, smaller))
      .filter(({ value: smaller }) => before(pools, smaller, larger) || !contains(smaller, larger))
      .flatMap(({ path: smallerPath, value: smaller }) => {
        const scope = sharedScope(larger, path, smaller, smallerPath, parts)
        if (!scope) return []
        return [
          {
            path: [...path, 'labels'],
            reason: `the labels of pool \`${larger.name}\` contain all those of pool \`${smaller.name}\`, and both register in the scope \`${scope}\``,
            mend: `Agents of \`${larger.name}\` may take jobs meant for \`${smaller.name}\`: order, priority and limits between the two are best effort. Give \`${smaller.name}\` a label of its own, or a scope of its own, if they must hold exactly.`,
          },
        ]
      }),
  )
}

function contains(larger: PoolSettings, smaller: PoolSettings): boolean {
  if (smaller.labels.length === 0) return false
  const labels = new Set(larger.labels.map((label) => label.toLowerCase()))
  return smaller.labels.every((label) => labels.has(label.toLowerCase()))
}

function before(pools: readonly { value: PoolSettings }[], first: PoolSettings, second: PoolSettings): boolean {
  const index = (pool: PoolSettings) => pools.findIndex(({ value }) => value === pool)
  return index(first) < index(second)
}

function sharedScope(a: PoolSettings, aPath: Path, b: PoolSettings, bPath: Path, parts: Parts): string | undefined {
  const keys = new Set(registrationScopes(b, bPath, parts).map(({ source, scope }) => `${source}/${scope}`))
  return registrationScopes(a, aPath, parts).find(({ source, scope }) => keys.has(`${source}/${scope}`))?.scope
}
