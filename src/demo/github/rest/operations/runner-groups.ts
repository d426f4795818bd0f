import type { Estate } from '../../estate.ts'
import type { RunnerGroup } from '../../records.ts'
import { minimalRepositoryShape } from '../../shapes/repository.ts'
import { runnerGroupShape } from '../../shapes/runner.ts'
import type { Urls } from '../../shapes/urls.ts'
import { admits } from '../../work/matching.ts'
import { notFound } from '../answer.ts'
import { organizationOf } from './access.ts'
import type { Call, Operation } from '../operation.ts'
import { page } from '../paging.ts'

const permission = 'organization_self_hosted_runners:read'

/** Runner groups and whom they admit: the security boundary of agents. */
export function runnerGroupOperations(estate: Estate, urls: () => Urls): Operation[] {
  function groupOf(call: Call): RunnerGroup {
    const group = organizationOf(call, estate).groups.find(({ id }) => id === Number(call.params.runner_group_id))
    if (!group) throw notFound()
    return group
  }

  return [
    {
      id: 'actions/list-self-hosted-runner-groups-for-org',
      method: 'GET',
      path: '/orgs/:org/actions/runner-groups',
      by: 'installation',
      permission,
      handle(call) {
        const organization = organizationOf(call, estate)
        const groups = visibleTo(call.query.visible_to_repository, organization.groups, call, estate)
        const { items, headers } = page(groups, call)
        const shapes = items.map((group) => runnerGroupShape(group, organization, urls()))
        return { status: 200, headers, body: { total_count: groups.length, runner_groups: shapes } }
      },
    },
    {
      id: 'actions/get-self-hosted-runner-group-for-org',
      method: 'GET',
      path: '/orgs/:org/actions/runner-groups/:runner_group_id',
      by: 'installation',
      permission,
      handle: (call) => ({
        status: 200,
        body: runnerGroupShape(groupOf(call), organizationOf(call, estate), urls()),
      }),
    },
    {
      id: 'actions/list-repo-access-to-self-hosted-runner-group-in-org',
      method: 'GET',
      path: '/orgs/:org/actions/runner-groups/:runner_group_id/repositories',
      by: 'installation',
      permission,
      handle(call) {
        const selected = groupOf(call).repositories
        const repositories = organizationOf(call, estate).repositories.filter(({ name }) => selected.includes(name))
        const { items, headers } = page(repositories, call)
        const shapes = items.map((repository) => minimalRepositoryShape(repository, urls()))
        return { status: 200, headers, body: { total_count: repositories.length, repositories: shapes } }
      },
    },
  ]
}

function visibleTo(name: string | undefined, groups: readonly RunnerGroup[], call: Call, estate: Estate) {
  if (name === undefined) return groups
  const installation = organizationOf(call, estate)
  const repository = installation.repositories.find((candidate) => candidate.name === name)
  if (!repository) return []
  return groups.filter((group) => admits({ kind: 'organization', installation, group }, repository))
}
