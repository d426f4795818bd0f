import { z } from 'zod'
import { NotFound } from '../../../domain/errors.ts'
import type { Admission, AdmissionRequest } from '../../../domain/ports/source.ts'
import type { Accounts } from '../api/accounts.ts'
import { idText, understand } from '../api/fields.ts'
import type { Groups } from '../api/groups.ts'
import { runnerLabels } from '../payload/labels.ts'
import { runnersOf } from './paths.ts'
import type { GithubScope, ScopeTable } from '../scopes.ts'

/** GitHub's default group of every organization, and the only one of a repository. */
const DEFAULT_GROUP = 1
const DEADLINE_MS = 15_000

const answerSchema = z.object({ runner: z.object({ id: idText }), encoded_jit_config: z.string().min(1) })

/**
 * Makes a just-in-time runner: it takes one job and is then removed by GitHub. It is no particular job's; any matching
 * one that the scope admits may come.
 */
export function createAdmit(options: {
  readonly scopes: ScopeTable
  readonly accounts: Accounts
  readonly groups: Groups
}) {
  const { scopes, accounts, groups } = options

  async function groupId(scope: GithubScope): Promise<number> {
    if (scope.kind === 'repository') return DEFAULT_GROUP
    try {
      return await groups.id(scope)
    } catch (error) {
      // A server without runner groups has one all the same.
      if (error instanceof NotFound && scope.group === undefined) return DEFAULT_GROUP
      throw error
    }
  }

  return async function admit(request: AdmissionRequest): Promise<Admission> {
    const scope = scopes.named(request.agent.scope)
    const { path, parameters, needs } = runnersOf(scope)
    const what = `make the runner ${request.name} in ${scope.name}`
    const caller = await accounts.of(scope)
    const body = {
      name: request.name,
      runner_group_id: await groupId(scope),
      labels: runnerLabels(request.labels),
      work_folder: '_work',
    }
    try {
      const answer = await caller.call({
        route: `POST ${path}/generate-jitconfig`,
        parameters: { ...parameters, ...body },
        what,
        needs,
        purpose: 'work',
        deadlineMs: DEADLINE_MS,
      })
      const { runner, encoded_jit_config: config } = understand(answerSchema, answer.data, what)
      return { externalId: runner.id, env: environment(config) }
    } catch (error) {
      // The group may have been made anew under its old name.
      if (error instanceof NotFound && scope.kind === 'organization') groups.forget(scope)
      throw error
    }
  }
}

/** The runner reads and unsets its configuration; the second lets its exit code tell that its version was refused. */
function environment(config: string): Readonly<Record<string, string>> {
  return { ACTIONS_RUNNER_INPUT_JITCONFIG: config, ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE: '1' }
}
