import type { Announcer } from '../../happenings.ts'
import type { Estate } from '../../estate.ts'
import type { Runner, RunnerScope } from '../../records.ts'
import { encodeJitConfig, runnerShape } from '../../shapes/runner.ts'
import type { Timers } from '../../timers.ts'
import type { Dispatcher } from '../../work/dispatcher.ts'
import type { RunnerPlace, Runners } from '../../work/runners.ts'
import { notFound, Refusal } from '../answer.ts'
import { objectBody, organizationOf, repositoryOf } from './access.ts'
import type { Call, Operation } from '../operation.ts'
import { page } from '../paging.ts'

export interface RunnerOperationsDependencies {
  readonly estate: Estate
  readonly runners: Runners
  readonly dispatcher: Dispatcher
  readonly timers: Timers
  readonly announcer: Announcer
  readonly jitDelayMs: number
  readonly agentUrl: () => string
}

/** How one level (organization or repository) finds its runners. */
interface Level {
  readonly suffix: 'org' | 'repo'
  readonly path: string
  readonly permission: string
  place(call: Call): RunnerPlace
  scope(call: Call, groupId: number): RunnerScope
}

/** Runners of organizations and repositories: JIT configurations, listing, removal. */
export function runnerOperations(dependencies: RunnerOperationsDependencies): Operation[] {
  const { estate } = dependencies
  const organization: Level = {
    suffix: 'org',
    path: '/orgs/:org/actions/runners',
    permission: 'organization_self_hosted_runners',
    place: (call) => ({ organization: organizationOf(call, estate).account.id }),
    scope(call, groupId) {
      const installation = organizationOf(call, estate)
      const group = installation.groups.find(({ id }) => id === groupId)
      if (!group) throw notFound()
      return { kind: 'organization', installation, group }
    },
  }
  const repository: Level = {
    suffix: 'repo',
    path: '/repos/:owner/:repo/actions/runners',
    permission: 'administration',
    place: (call) => ({ repository: repositoryOf(call, estate).repository.id }),
    scope: (call) => ({ kind: 'repository', ...repositoryOf(call, estate) }),
  }
  return [...levelOperations(organization, dependencies), ...levelOperations(repository, dependencies)]
}

function levelOperations(level: Level, dependencies: RunnerOperationsDependencies): Operation[] {
  const { runners, dispatcher } = dependencies
  const { suffix, path, permission } = level

  function found(call: Call): Runner {
    const runner = runners.find(level.place(call), Number(call.params.runner_id))
    if (!runner) throw notFound()
    return runner
  }

  return [
    {
      id: `actions/generate-runner-jitconfig-for-${suffix}`,
      method: 'POST',
      path: `${path}/generate-jitconfig`,
      by: 'installation',
      permission: `${permission}:write`,
      handle: (call) => generateJitConfig(level, call, dependencies),
    },
    {
      id: `actions/list-self-hosted-runners-for-${suffix}`,
      method: 'GET',
      path,
      by: 'installation',
      permission: `${permission}:read`,
      handle(call) {
        const all = runners.list(level.place(call))
        const matching = call.query.name === undefined ? all : all.filter(({ name }) => name === call.query.name)
        const { items, headers } = page(matching, call)
        return { status: 200, headers, body: { total_count: matching.length, runners: items.map(runnerShape) } }
      },
    },
    {
      id: `actions/get-self-hosted-runner-for-${suffix}`,
      method: 'GET',
      path: `${path}/:runner_id`,
      by: 'installation',
      permission: `${permission}:read`,
      handle: (call) => ({ status: 200, body: runnerShape(found(call)) }),
    },
    {
      id: `actions/delete-self-hosted-runner-from-${suffix}`,
      method: 'DELETE',
      path: `${path}/:runner_id`,
      by: 'installation',
      permission: `${permission}:write`,
      handle(call) {
        const runner = found(call)
        if (dispatcher.dismiss(runner)) return { status: 204 }
        throw new Refusal(422, `Runner "${runner.name}" is currently running a job and cannot be deleted.`)
      },
    },
  ]
}

async function generateJitConfig(level: Level, call: Call, dependencies: RunnerOperationsDependencies) {
  const { runners, timers, announcer, jitDelayMs, agentUrl } = dependencies
  const { name, groupId, labels } = readJitRequest(call)
  const runner = runners.register(level.scope(call, groupId), name, labels)
  await timers.pause(jitDelayMs)
  if (!runner) throw new Refusal(409, 'Already exists - A runner with the name *** already exists.')
  call.onAnswered(() => announcer.announce('jit-answered', { runner }))
  const body = { runner: runnerShape(runner), encoded_jit_config: encodeJitConfig(runner, agentUrl()) }
  return { status: 201, body }
}

function readJitRequest(call: Call) {
  const { name, runner_group_id: groupId, labels, work_folder: workFolder } = objectBody(call)
  const problems = [
    typeof name === 'string' && name.length > 0 && name.length <= 64 ? '' : 'name must be 1 to 64 characters',
    Number.isInteger(groupId) ? '' : 'runner_group_id must be an integer',
    isLabels(labels) ? '' : 'labels must be 1 to 100 strings',
    workFolder === undefined || typeof workFolder === 'string' ? '' : 'work_folder must be a string',
  ].filter((words) => words !== '')
  if (problems.length > 0 || typeof name !== 'string' || !isLabels(labels)) {
    throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`)
  }
  return { name, groupId: Number(groupId), labels }
}

function isLabels(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > 100) return false
  return value.every((label) => typeof label === 'string' && label.length > 0)
}
