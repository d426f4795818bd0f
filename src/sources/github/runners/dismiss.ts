import { NotFound, Refused } from '../../../domain/errors.ts'
import type { Registration } from '../../../domain/agent.ts'
import type { Accounts } from '../api/accounts.ts'
import { listRunners } from './registrations.ts'
import { runnersOf } from './paths.ts'
import type { GithubScope, ScopeTable } from '../scopes.ts'

/** Removes a runner: GitHub refuses while it has a job (422), and has forgotten it already when the job is over (404). */
export function createDismiss(options: { readonly scopes: ScopeTable; readonly accounts: Accounts }) {
  const { scopes, accounts } = options

  async function remove(scope: GithubScope, id: string, name: string): Promise<'gone' | 'busy'> {
    const { path, parameters, needs } = runnersOf(scope)
    const caller = await accounts.of(scope)
    try {
      await caller.call({
        route: `DELETE ${path}/{runner_id}`,
        parameters: { ...parameters, runner_id: id },
        what: `remove the runner ${name} from ${scope.name}`,
        needs,
        purpose: 'work',
      })
      return 'gone'
    } catch (error) {
      if (error instanceof NotFound) return 'gone'
      if (error instanceof Refused) return 'busy'
      throw error
    }
  }

  return async function dismiss(
    registration: Pick<Registration, 'name' | 'scope' | 'externalId'>,
  ): Promise<'gone' | 'busy'> {
    const scope = scopes.named(registration.scope)
    if (registration.externalId !== undefined) return remove(scope, registration.externalId, registration.name)
    const [holder] = await listRunners(accounts, scope, registration.name)
    return holder ? remove(scope, holder.id, holder.name) : 'gone'
  }
}
