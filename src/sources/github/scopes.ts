import { matchesAny } from '../../domain/jobs/pattern.ts'
import type { Scope } from '../../domain/ports/source.ts'
import { createLru, type Lru } from '../lru.ts'
import type { GithubScopeConfig } from './schema.ts'

const KNOWN_REPOSITORIES = 20_000

export interface OrganizationScope extends Scope {
  readonly kind: 'organization'
  readonly owner: string
  /** The runner group by name; undefined is the organization's default group. */
  readonly group?: string
  readonly patterns: readonly string[]
}

export interface RepositoryScope extends Scope {
  readonly kind: 'repository'
  readonly owner: string
  readonly repository: string
  readonly patterns: readonly string[]
}

export type GithubScope = OrganizationScope | RepositoryScope

export interface ScopeTable {
  readonly all: readonly GithubScope[]
  /** The first configured scope that admits the repository (`owner/name`): a job belongs to exactly one. */
  of(repository: string): GithubScope | undefined
  /** The scope of that name. One that is no longer configured is read from its name, so that it can be cleaned up. */
  named(name: string): GithubScope
}

export function createScopeTable(source: string, scopes: readonly GithubScopeConfig[]): ScopeTable {
  const all = scopes.map((scope) => toScope(source, scope))
  const byName = new Map(all.map((scope) => [scope.name, scope]))
  const byRepository: Lru<{ readonly scope?: GithubScope }> = createLru(KNOWN_REPOSITORIES)

  /** Asked for every message. */
  function of(repository: string): GithubScope | undefined {
    const known = byRepository.get(repository)
    if (known) return known.scope
    const scope = all.find(({ patterns }) => matchesAny(patterns, repository))
    byRepository.set(repository, { scope })
    return scope
  }

  return {
    all,
    of,
    named: (name) => byName.get(name) ?? toScope(source, fromName(name)),
  }
}

/** `acme`, `acme:group` or `acme/widgets`: a colon can stand neither in an organization's nor a repository's name. */
export function scopeName(scope: GithubScopeConfig): string {
  if ('repository' in scope) return scope.repository
  return scope.runnerGroup === undefined ? scope.organization : `${scope.organization}:${scope.runnerGroup}`
}

function fromName(name: string): GithubScopeConfig {
  const colon = name.indexOf(':')
  if (colon >= 0) return { organization: name.slice(0, colon), runnerGroup: name.slice(colon + 1) }
  return name.includes('/') ? { repository: name } : { organization: name }
}

function toScope(source: string, scope: GithubScopeConfig): GithubScope {
  const name = scopeName(scope)
  if ('repository' in scope) {
    const [owner = '', repository = ''] = scope.repository.split('/')
    return { kind: 'repository', source, name, owner, repository, patterns: [scope.repository] }
  }
  return {
    kind: 'organization',
    source,
    name,
    owner: scope.organization,
    group: scope.runnerGroup,
    patterns: (scope.repositories ?? ['*']).map((pattern) => within(scope.organization, pattern)),
  }
}

/** A pattern of an organization's scope never reaches beyond the organization. */
function within(organization: string, pattern: string): string {
  return `${organization}/${pattern.slice(pattern.indexOf('/') + 1)}`
}
