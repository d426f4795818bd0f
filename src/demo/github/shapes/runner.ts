import type { Installation, Runner, RunnerGroup } from '../records.ts'
import type { Urls } from './urls.ts'

export function runnerShape(runner: Runner) {
  return {
    id: runner.id,
    name: runner.name,
    os: runner.online ? 'Linux' : 'unknown',
    status: runner.online ? 'online' : 'offline',
    busy: runner.showsBusy,
    ephemeral: true,
    labels: runner.labels.map((name, index) => ({ id: index + 1, name, type: 'custom' })),
    runner_group_id: runner.scope.kind === 'organization' ? runner.scope.group.id : 1,
  }
}

export function runnerGroupShape(group: RunnerGroup, installation: Installation, urls: Urls) {
  const url = `${urls.api}/orgs/${installation.account.login}/actions/runner-groups/${group.id}`
  return {
    id: group.id,
    name: group.name,
    visibility: group.visibility,
    default: group.default,
    ...(group.visibility === 'selected' && { selected_repositories_url: `${url}/repositories` }),
    runners_url: `${url}/runners`,
    hosted_runners_url: `${url}/hosted-runners`,
    inherited: false,
    allows_public_repositories: group.allowsPublic,
    workflow_restrictions_read_only: false,
    restricted_to_workflows: false,
    selected_workflows: [],
  }
}

/** What the agent needs; GitHub's own is base64 of JSON too, with other contents. */
export function encodeJitConfig(runner: Runner, agentUrl: string): string {
  const config = { url: agentUrl, runner: String(runner.id), name: runner.name, secret: runner.secret }
  return Buffer.from(JSON.stringify(config)).toString('base64')
}
