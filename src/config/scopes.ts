import type { Path } from './reading/problem.ts'
import { sound, type Parts } from './parts.ts'
import type { PoolSettings } from './schema/pool.ts'
import type { SourceConfig } from './schema/root.ts'

/** One scope of a source: its name, and the repositories that are meant to reach its agents. */
export interface ConfiguredScope {
  readonly name: string
  readonly repositories: readonly string[]
}

/**
 * The scopes of a source, named as the source itself names them: `acme`, `acme:runner group`, `acme/widgets`.
 * A Jenkins or Hudson controller is one, by the name of its source. An `http` source has none to choose from.
 */
export function scopesOf(source: SourceConfig): ConfiguredScope[] {
  if (source.kind === 'http') return []
  if (source.kind !== 'github') return [{ name: source.name, repositories: [`${source.name}/*`] }]
  return source.scopes.map((scope) => {
    if ('repository' in scope) return { name: scope.repository, repositories: [scope.repository] }
    const { organization, runnerGroup, repositories } = scope
    return {
      name: runnerGroup === undefined ? organization : `${organization}:${runnerGroup}`,
      repositories: repositories ?? [`${organization}/*`],
    }
  })
}

export function scopeNames(source: SourceConfig): string[] {
  return scopesOf(source).map((scope) => scope.name)
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
