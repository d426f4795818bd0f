import { z } from 'zod'
import { NotFound } from '../../domain/errors.ts'
import type { Scope, ScopeWidth } from '../../domain/ports/source.ts'
import type { Accounts } from './api/accounts.ts'
import { itemOf, listIn, understand } from './api/fields.ts'
import { RUNNER_PERMISSION, type Groups, type RunnerGroup } from './api/groups.ts'
import { listAll } from './api/pages.ts'
import type { OrganizationScope, RepositoryScope, ScopeTable } from './scopes.ts'

const repositorySchema = z.object({
  full_name: z.string(),
  private: z.boolean().nullish(),
  visibility: z.string().nullish(),
})
const nameSchema = z.object({ full_name: z.string() })

/** Who can send work to a scope's agents, asked of GitHub. What GitHub does not say counts as the widest. */
export function createWidth(options: {
  readonly scopes: ScopeTable
  readonly accounts: Accounts
  readonly groups: Groups
}) {
  const { scopes, accounts, groups } = options

  async function ofOrganization(scope: OrganizationScope): Promise<ScopeWidth> {
    const group = await readGroup(scope)
    const allowsPublic = group?.allows_public_repositories !== false
    if (group?.visibility !== 'selected') return { repositories: 'all', allowsPublic }
    return { repositories: await selected(scope, group), allowsPublic }
  }

  async function readGroup(scope: OrganizationScope): Promise<RunnerGroup | undefined> {
    try {
      return await groups.read(scope)
    } catch (error) {
      if (error instanceof NotFound && scope.group === undefined) return undefined
      throw error
    }
  }

  async function selected(scope: OrganizationScope, group: RunnerGroup): Promise<readonly string[]> {
    const listing = await listAll(await accounts.of(scope), {
      route: 'GET /orgs/{org}/actions/runner-groups/{runner_group_id}/repositories',
      parameters: { org: scope.owner, runner_group_id: group.id },
      what: `list the repositories of the runner group '${group.name}' of ${scope.owner}`,
      needs: RUNNER_PERMISSION,
      purpose: 'work',
      list: listIn('repositories'),
      parse: itemOf(nameSchema),
    })
    return listing.items.map((repository) => repository.full_name)
  }

  async function ofRepository(scope: RepositoryScope): Promise<ScopeWidth> {
    const what = `read the repository ${scope.name}`
    const caller = await accounts.of(scope)
    const answer = await caller.call({
      route: 'GET /repos/{owner}/{repo}',
      parameters: { owner: scope.owner, repo: scope.repository },
      what,
      needs: 'metadata: read',
      purpose: 'work',
    })
    const repository = understand(repositorySchema, answer.data, what)
    const isPublic = repository.visibility ? repository.visibility === 'public' : repository.private !== true
    return { repositories: [repository.full_name], allowsPublic: isPublic }
  }

  return async function width(of: Scope): Promise<ScopeWidth> {
    const scope = scopes.named(of.name)
    return scope.kind === 'organization' ? ofOrganization(scope) : ofRepository(scope)
  }
}
