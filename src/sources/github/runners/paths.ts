import { RUNNER_PERMISSION } from '../api/groups.ts'
import type { GithubScope } from '../scopes.ts'

/** Where a scope's runners live in GitHub's API, and the permission it takes. */
export function runnersOf(scope: GithubScope) {
  if (scope.kind === 'organization') {
    return {
      path: '/orgs/{org}/actions/runners',
      parameters: { org: scope.owner },
      needs: RUNNER_PERMISSION,
    }
  }
  return {
    path: '/repos/{owner}/{repo}/actions/runners',
    parameters: { owner: scope.owner, repo: scope.repository },
    needs: 'administration: write',
  }
}
