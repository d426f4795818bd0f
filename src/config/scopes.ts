import type { Path } from './reading/problem.ts'
import { sound, type Parts } from './parts.ts'
import type { PoolSettings } from './schema/pool.ts'
import type { SourceConfig } from './schema/root.ts'

/** Names of the scopes of a source, as the source itself gives them; `http` has none to choose from. */
export function scopeNames(source: SourceConfig): string[] {
  if (source.kind === 'http') return []
  return source.scopes.map((scope) => ('organization' in scope ? scope.organization : scope.repository))
}

/** A scope that a pool's agents register in, and the place in the file that says so. */
export interface ServedScope {
  readonly source: string
  readonly scope: string
  readonly path: Path
}

/**
 * Every scope that agents of the pool register in. Jobs of an `http` source need no registration: the agent is the
 * job's, so nothing can be taken by the wrong one.
 */
export function registrationScopes(pool: PoolSettings, path: Path, parts: Parts): ServedScope[] {
  return pool.serves.flatMap((serves, index) => {
    const source = sound(parts.sources).find((item) => item.value.name === serves.source)?.value
    if (!source) return []
    const names = serves.scope === undefined ? scopeNames(source) : [serves.scope]
    return names.map((scope) => ({ source: source.name, scope, path: [...path, 'serves', index] }))
  })
}
