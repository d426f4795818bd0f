import type { Names } from '../../cloud/names.ts'
import type { Places, Resource } from '../../cloud/places.ts'
import { notFound } from '../answer.ts'
import type { Call, Operation } from '../operation.ts'

const group = '/subscriptions/:subscription/resourceGroups/:group'

/** What stands there before any machine, as it is read: `[operation id, path below the group, action]`. */
const readable: readonly (readonly [string, string, string])[] = [
  ['VirtualNetworks_Get', 'Microsoft.Network/virtualNetworks/:network', 'Microsoft.Network/virtualNetworks/read'],
  [
    'Subnets_Get',
    'Microsoft.Network/virtualNetworks/:network/subnets/:name',
    'Microsoft.Network/virtualNetworks/subnets/read',
  ],
  [
    'NetworkSecurityGroups_Get',
    'Microsoft.Network/networkSecurityGroups/:name',
    'Microsoft.Network/networkSecurityGroups/read',
  ],
  [
    'UserAssignedIdentities_Get',
    'Microsoft.ManagedIdentity/userAssignedIdentities/:name',
    'Microsoft.ManagedIdentity/userAssignedIdentities/read',
  ],
  ['Images_Get', 'Microsoft.Compute/images/:name', 'Microsoft.Compute/images/read'],
  ['GalleryImages_Get', 'Microsoft.Compute/galleries/:gallery/images/:name', 'Microsoft.Compute/galleries/images/read'],
  [
    'GalleryImageVersions_Get',
    'Microsoft.Compute/galleries/:gallery/images/:image/versions/:name',
    'Microsoft.Compute/galleries/images/versions/read',
  ],
]

export function placeOperations(places: Places, names: Names): Operation[] {
  return [
    ...readable.map(([id, path, action]): Operation => ({
      id,
      method: 'GET',
      path: `${group}/providers/${path}`,
      action,
      handle: (call) => ({ status: 200, body: found(call, places) }),
    })),
    {
      id: 'GalleryImageVersions_ListByGalleryImage',
      method: 'GET',
      path: `${group}/providers/Microsoft.Compute/galleries/:gallery/images/:image/versions`,
      action: 'Microsoft.Compute/galleries/images/versions/read',
      handle: (call) => ({ status: 200, body: { value: versionsBelow(call, places) } }),
    },
    {
      id: 'ResourceGroups_Get',
      method: 'GET',
      path: group,
      action: 'Microsoft.Resources/subscriptions/resourceGroups/read',
      handle(call) {
        const name = call.params['group'] ?? ''
        const { location, resourceGroup } = places
        if (name.toLowerCase() !== resourceGroup.toLowerCase()) throw notFound('resourceGroups', name, name)
        const body = { id: names.group(resourceGroup), name: resourceGroup, location, properties: succeeded }
        return { status: 200, body: { ...body, type: 'Microsoft.Resources/resourceGroups' } }
      },
    },
    {
      id: 'Subscriptions_Get',
      method: 'GET',
      path: '/subscriptions/:subscription',
      action: 'Microsoft.Resources/subscriptions/read',
      handle: () => ({
        status: 200,
        body: { id: names.subscription, subscriptionId: names.subscription.split('/')[2], state: 'Enabled' },
      }),
    },
  ]
}

const succeeded = { provisioningState: 'Succeeded' }

function found(call: Call, places: Places): Resource {
  const { pathname } = new URL(call.url)
  const resource = places.find(decodeURIComponent(pathname))
  if (resource) return resource
  const [type = '', name = ''] =
    pathname
      .split('/providers/')
      .slice(-1)[0]
      ?.split(/\/(?=[^/]+$)/) ?? []
  throw notFound(type, name, call.params['group'] ?? '')
}

function versionsBelow(call: Call, places: Places): readonly Resource[] {
  const version = places.find(places.galleryImage)
  const here = decodeURIComponent(new URL(call.url).pathname).toLowerCase()
  return version?.id.toLowerCase().startsWith(`${here}/`) ? [version] : []
}
