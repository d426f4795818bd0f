import type { Estate } from '../../estate.ts'
import { installationShape, appShape, type App } from '../../shapes/installation.ts'
import type { Installation } from '../../records.ts'
import { timestamp, type Urls } from '../../shapes/urls.ts'
import { notFound } from '../answer.ts'
import type { Credentials } from '../credentials.ts'
import type { Call, Operation } from '../operation.ts'
import { page } from '../paging.ts'

export interface AppOperationsDependencies {
  readonly app: App
  readonly estate: Estate
  readonly credentials: Credentials
  readonly urls: () => Urls
}

/** The App, its installations and their tokens. */
export function appOperations({ app, estate, credentials, urls }: AppOperationsDependencies): Operation[] {
  function found(installation: Installation | undefined) {
    if (!installation) throw notFound()
    return { status: 200, body: installationShape(installation, app, urls()) }
  }

  function createToken(call: Call) {
    const installation = estate.installation(Number(call.params.installation_id))
    if (!installation) throw notFound()
    const { token, expiresAt } = credentials.issue(installation)
    const { permissions, selection } = installation
    const body = { token, expires_at: timestamp(expiresAt), permissions, repository_selection: selection }
    return { status: 201, body }
  }

  return [
    {
      id: 'apps/get-authenticated',
      method: 'GET',
      path: '/app',
      by: 'app',
      handle() {
        const owner = estate.installations[0]?.account ?? { id: 1, login: 'slipway', type: 'User' as const }
        return { status: 200, body: appShape(app, owner, estate.installations.length, urls()) }
      },
    },
    {
      id: 'apps/list-installations',
      method: 'GET',
      path: '/app/installations',
      by: 'app',
      handle(call) {
        const { items, headers } = page(estate.installations, call)
        return { status: 200, headers, body: items.map((installation) => installationShape(installation, app, urls())) }
      },
    },
    {
      id: 'apps/get-installation',
      method: 'GET',
      path: '/app/installations/:installation_id',
      by: 'app',
      handle: (call) => found(estate.installation(Number(call.params.installation_id))),
    },
    {
      id: 'apps/get-org-installation',
      method: 'GET',
      path: '/orgs/:org/installation',
      by: 'app',
      handle: (call) => found(estate.organization(call.params.org ?? '')),
    },
    {
      id: 'apps/get-repo-installation',
      method: 'GET',
      path: '/repos/:owner/:repo/installation',
      by: 'app',
      handle: (call) => found(estate.repository(`${call.params.owner}/${call.params.repo}`)?.installation),
    },
    {
      id: 'apps/create-installation-access-token',
      method: 'POST',
      path: '/app/installations/:installation_id/access_tokens',
      by: 'app',
      handle: createToken,
    },
  ]
}
