import { z } from 'zod'
import { registrationPrefix } from '../../../domain/agent.ts'
import { NotFound } from '../../../domain/errors.ts'
import type { RegistrationObservation, Scope } from '../../../domain/ports/source.ts'
import type { Accounts } from '../api/accounts.ts'
import { idText, itemOf, listIn } from '../api/fields.ts'
import type { Groups } from '../api/groups.ts'
import { listAll } from '../api/pages.ts'
import { runnersOf } from './paths.ts'
import type { GithubScope, ScopeTable } from '../scopes.ts'

const runnerSchema = z.object({
  id: idText,
  name: z.string(),
  status: z.string().nullish(),
  busy: z.boolean().nullish(),
  runner_group_id: z.number().nullish(),
})

export type Runner = z.output<typeof runnerSchema>

export interface RunnerListOptions {
  readonly scopes: ScopeTable
  readonly accounts: Accounts
  readonly groups: Groups
}

/** Our runners of a scope. GitHub's own `name` filter is exact, so all of them are listed. */
export function createRegistrations(options: RunnerListOptions & { readonly owner: string }) {
  const prefix = registrationPrefix(options.owner)
  return async function registrations(of: Scope): Promise<readonly RegistrationObservation[]> {
    const scope = options.scopes.named(of.name)
    const group = await groupShared(options, scope)
    const runners = await listRunners(options.accounts, scope)
    return runners
      .filter((runner) => runner.name.startsWith(prefix))
      .filter((runner) => group === undefined || (runner.runner_group_id ?? group) === group)
      .map((runner) => ({
        name: runner.name,
        externalId: runner.id,
        online: runner.status === 'online',
        busy: runner.busy === true,
      }))
  }
}

/** One list holds all groups of an organization: with several scopes in it, each answers for its own group. */
async function groupShared(options: RunnerListOptions, scope: GithubScope): Promise<number | undefined> {
  if (scope.kind === 'repository') return undefined
  const owner = scope.owner.toLowerCase()
  const sharing = options.scopes.all.filter(
    (each) => each.kind === 'organization' && each.owner.toLowerCase() === owner,
  )
  if (sharing.length < 2) return undefined
  try {
    return await options.groups.id(scope)
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

/** Every runner of the scope's organization or repository; with a name, those of that name. */
export async function listRunners(accounts: Accounts, scope: GithubScope, name?: string): Promise<readonly Runner[]> {
  const { path, parameters, needs } = runnersOf(scope)
  const { items } = await listAll(await accounts.of(scope), {
    route: `GET ${path}`,
    parameters: { ...parameters, ...(name !== undefined && { name }) },
    what: `list the runners of ${scope.name}`,
    needs,
    purpose: 'work',
    list: listIn('runners'),
    parse: itemOf(runnerSchema),
  })
  // Older servers don't know the filter.
  return name === undefined ? items : items.filter((runner) => runner.name === name)
}
