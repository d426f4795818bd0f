import type { Installation } from '../records.ts'
import { userShape } from './account.ts'
import { nodeId, timestamp, type Urls } from './urls.ts'

/** The App itself. */
export interface App {
  readonly id: number
  readonly slug: string
  readonly name: string
  readonly clientId: string
  readonly createdAt: number
  readonly permissions: Readonly<Record<string, string>>
  readonly events: readonly string[]
}

export function appShape(app: App, owner: Installation['account'], installations: number, urls: Urls) {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId('App', app.id),
    owner: userShape(owner, urls),
    name: app.name,
    description: null,
    external_url: urls.html,
    html_url: `${urls.html}/apps/${app.slug}`,
    created_at: timestamp(app.createdAt),
    updated_at: timestamp(app.createdAt),
    permissions: app.permissions,
    events: app.events,
    installations_count: installations,
  }
}

export function installationShape(installation: Installation, app: App, urls: Urls) {
  const { id, account } = installation
  const settings = account.type === 'Organization' ? `organizations/${account.login}/settings` : 'settings'
  return {
    id,
    client_id: app.clientId,
    account: userShape(account, urls),
    repository_selection: installation.selection,
    access_tokens_url: `${urls.api}/app/installations/${id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.html}/${settings}/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: app.events,
    created_at: timestamp(installation.createdAt),
    updated_at: timestamp(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  }
}
