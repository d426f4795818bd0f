import type { GithubScope } from './scopes.ts'

export type Level = 'read' | 'write'
export type Permissions = Readonly<Record<string, Level>>

/** What an App that Slipway uses may be asked to do, each with the permissions that it takes and no more. */
export interface Feature {
  readonly name: 'organizationScopes' | 'repositoryScopes' | 'rerunEvicted'
  readonly what: string
  readonly permissions: Permissions
}

/** What running jobs again takes, which were lost with a machine that was taken back. */
export const rerunPermission = 'actions: write'

/** Reading queues and jobs: every App needs these. */
export const basicPermissions: Permissions = { actions: 'read', metadata: 'read' }
export const neededEvents: readonly string[] = ['workflow_job']

export const features: readonly Feature[] = [
  {
    name: 'organizationScopes',
    what: 'agents registered in an organization (scopes with `organization`)',
    permissions: { organization_self_hosted_runners: 'write' },
  },
  {
    name: 'repositoryScopes',
    what: 'agents registered in single repositories (scopes with `repository`)',
    permissions: { administration: 'write' },
  },
  {
    name: 'rerunEvicted',
    what: 'running jobs again that were lost to an eviction (fleets with `rerunEvicted: true`)',
    permissions: { actions: 'write' },
  },
]

export type FeatureName = Feature['name']

export function permissionsFor(names: readonly FeatureName[]): Permissions {
  const chosen = features.filter((feature) => names.includes(feature.name))
  return Object.assign({}, basicPermissions, ...chosen.map((feature) => feature.permissions)) as Permissions
}

export function featureOf(scope: GithubScope): FeatureName {
  return scope.kind === 'organization' ? 'organizationScopes' : 'repositoryScopes'
}

/** The needed permissions that were not granted, as `name: level`. */
export function missingPermissions(needed: Permissions, granted: Readonly<Record<string, string>>): string[] {
  const order = ['read', 'write', 'admin']
  return Object.entries(needed)
    .filter(([name, level]) => order.indexOf(granted[name] ?? '') < order.indexOf(level))
    .map(([name, level]) => `${name}: ${level}`)
}
