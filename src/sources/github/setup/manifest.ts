import { neededEvents, permissionsFor, type FeatureName, type Permissions } from '../permissions.ts'

export interface ManifestWish {
  /** The App's name, unique on its GitHub; at most 34 characters. */
  readonly name: string
  /** Where the public listener can be reached from GitHub. */
  readonly publicUrl: string
  /** Name of the source in the configuration. */
  readonly source: string
  readonly features: readonly FeatureName[]
  /** Where the browser comes back to. */
  readonly redirectUrl: string
}

/** What GitHub makes an App from. */
export interface AppManifest {
  readonly name: string
  readonly url: string
  readonly description: string
  readonly public: false
  readonly hook_attributes: { readonly url: string; readonly active: true }
  readonly redirect_url: string
  readonly default_permissions: Permissions
  readonly default_events: readonly string[]
}

/** A private App with the least permissions that the features take. */
export function buildManifest(wish: ManifestWish): AppManifest {
  const url = wish.publicUrl.replace(/\/+$/, '')
  return {
    name: wish.name.slice(0, 34),
    url,
    description: 'Slipway: runs jobs in throwaway containers',
    public: false,
    hook_attributes: { url: `${url}/hooks/github/${wish.source}`, active: true },
    redirect_url: wish.redirectUrl,
    default_permissions: permissionsFor(wish.features),
    default_events: neededEvents,
  }
}

/** Where people meet the GitHub whose API is at `baseUrl`. */
export function webUrl(baseUrl: string): string {
  const url = new URL(baseUrl)
  if (url.hostname.startsWith('api.')) return `${url.protocol}//${url.host.slice('api.'.length)}`
  return url.origin
}

/** Where the manifest is posted to: the settings of an organization, or of the person who is signed in. */
export function newAppUrl(baseUrl: string, organization: string | undefined, state: string): string {
  const path = organization === undefined ? '' : `/organizations/${encodeURIComponent(organization)}`
  return `${webUrl(baseUrl)}${path}/settings/apps/new?state=${encodeURIComponent(state)}`
}
