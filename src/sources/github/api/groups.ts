import { z } from 'zod'
import type { Clock } from '../../../domain/ports/clock.ts'
import { NotFound } from '../../../domain/errors.ts'
import type { OrganizationScope } from '../scopes.ts'
import type { Accounts } from './accounts.ts'
import { itemOf, listIn } from './fields.ts'
import { listAll } from './pages.ts'

const groupSchema = z.object({
  id: z.number(),
  name: z.string(),
  default: z.boolean().nullish(),
  visibility: z.string().nullish(),
  allows_public_repositories: z.boolean().nullish(),
})

export type RunnerGroup = z.output<typeof groupSchema>

/** Runner groups by the name that the configuration gives; without one, the organization's default group. */
export interface Groups {
  /** As GitHub has it now. */
  read(scope: OrganizationScope): Promise<RunnerGroup>
  /** Its id, at most ten minutes old. NotFound when the organization has no such group. */
  id(scope: OrganizationScope): Promise<number>
  forget(scope: OrganizationScope): void
}

const KEPT_MS = 600_000
export const RUNNER_PERMISSION = 'organization_self_hosted_runners: write'

export function createGroups(accounts: Accounts, clock: Clock): Groups {
  const known = new Map<string, { readonly id: number; readonly at: number }>()

  async function read(scope: OrganizationScope): Promise<RunnerGroup> {
    const caller = await accounts.of(scope)
    const groups = await listAll(caller, {
      route: 'GET /orgs/{org}/actions/runner-groups',
      parameters: { org: scope.owner },
      what: `list the runner groups of ${scope.owner}`,
      needs: RUNNER_PERMISSION,
      purpose: 'work',
      list: listIn('runner_groups'),
      parse: itemOf(groupSchema),
    })
    const wanted = scope.group?.toLowerCase()
    const group = groups.items.find((each) =>
      wanted === undefined ? each.default === true : each.name.toLowerCase() === wanted,
    )
    if (!group) throw new NotFound(missing(scope, groups.items))
    known.set(scope.name, { id: group.id, at: clock.monotonic() })
    return group
  }

  return {
    read,
    id: async (scope) => {
      const found = known.get(scope.name)
      if (found && clock.monotonic() - found.at < KEPT_MS) return found.id
      return (await read(scope)).id
    },
    forget: (scope) => void known.delete(scope.name),
  }
}

function missing(scope: OrganizationScope, groups: readonly RunnerGroup[]): string {
  const names = groups.map((group) => `'${group.name}'`).join(', ')
  const wanted = scope.group === undefined ? 'no default runner group' : `no runner group '${scope.group}'`
  return `GitHub: ${scope.owner} has ${wanted}; it has ${names || 'none'}`
}
