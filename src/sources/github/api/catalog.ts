import { z } from 'zod'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { GithubScope, ScopeTable } from '../scopes.ts'
import type { Accounts } from './accounts.ts'
import type { Caller } from './caller.ts'
import { idText, itemOf, listIn } from './fields.ts'
import { createLru, type Lru } from '../../lru.ts'
import { listAll, type PageCache } from './pages.ts'

const repositorySchema = z.object({
  id: idText,
  full_name: z.string(),
  archived: z.boolean().nullish(),
  disabled: z.boolean().nullish(),
})

/** The repositories that the App may see, so that their queues can be read in rotation. */
export interface Catalog {
  /** Repositories of the scope whose queues are worth reading; the list is at most ten minutes old. */
  of(scope: GithubScope): Promise<readonly string[]>
  /** Told by messages: a repository exists, and whether a scope of ours admits it. */
  note(id: string, fullName: string): void
  /** Whether the repository belongs to a scope of ours; undefined when it was never seen. */
  admits(id: string): boolean | undefined
  forget(): void
}

const KEPT_MS = 600_000
const KNOWN_IDS = 20_000

interface Listed {
  readonly names: Set<string>
  readonly at: number
}

export function createCatalog(options: {
  readonly accounts: Accounts
  readonly scopes: ScopeTable
  readonly clock: Clock
  readonly cache: PageCache
}): Catalog {
  const { accounts, scopes, clock, cache } = options
  const lists = new Map<string, Listed>()
  const admitted: Lru<boolean> = createLru(KNOWN_IDS)

  return {
    of: async (scope) => {
      if (scope.kind === 'repository') return [scope.name]
      const owner = scope.owner.toLowerCase()
      const known = lists.get(owner)
      const listed = known && clock.monotonic() - known.at < KEPT_MS ? known : await read(scope, owner)
      return [...listed.names].filter((name) => scopes.of(name)?.name === scope.name)
    },
    note: (id, fullName) => {
      const scope = scopes.of(fullName)
      admitted.set(id, scope !== undefined)
      if (scope) lists.get(scope.owner.toLowerCase())?.names.add(fullName)
    },
    admits: (id) => admitted.get(id),
    forget: () => lists.clear(),
  }

  async function read(scope: GithubScope, owner: string): Promise<Listed> {
    const at = clock.monotonic()
    const names = new Set<string>()
    for (const repository of await listRepositories(await accounts.of(scope), scope.owner, cache)) {
      admitted.set(repository.id, scopes.of(repository.full_name) !== undefined)
      if (repository.archived !== true && repository.disabled !== true) names.add(repository.full_name)
    }
    const listed = { names, at }
    lists.set(owner, listed)
    return listed
  }
}

async function listRepositories(caller: Caller, owner: string, cache: PageCache) {
  const { items } = await listAll(caller, {
    route: 'GET /installation/repositories',
    what: `list the repositories of ${owner} that the App may see`,
    needs: 'metadata: read',
    purpose: 'work',
    list: listIn('repositories'),
    parse: itemOf(repositorySchema),
    cache,
    cacheKey: owner,
  })
  return items
}
