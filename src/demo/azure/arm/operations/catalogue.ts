import type { Places } from '../../cloud/places.ts'
import { usageShape, type QuotaBook } from '../../cloud/quotas.ts'
import { skuShape, type Size } from '../../cloud/sizes.ts'
import type { Credentials } from '../credentials.ts'
import { badParameter, Refusal } from '../answer.ts'
import type { Call, Operation } from '../operation.ts'
import { page } from '../paging.ts'

export interface CatalogueDependencies {
  readonly places: Places
  readonly sizes: readonly Size[]
  readonly quotas: QuotaBook
  readonly credentials: Credentials
  readonly pageSize: number
}

const compute = '/subscriptions/:subscription/providers/Microsoft.Compute'
const image = `${compute}/locations/:location/publishers/:publisher/artifacttypes/vmimage/offers/:offer/skus/:sku`
const permissions = 'providers/Microsoft.Authorization/permissions'

/** What can be had, how much of it, by whom. */
export function catalogueOperations(dependencies: CatalogueDependencies): Operation[] {
  const { quotas, pageSize } = dependencies
  return [
    {
      id: 'ResourceSkus_List',
      method: 'GET',
      path: `${compute}/skus`,
      action: 'Microsoft.Compute/skus/read',
      handle: (call) => page(listSkus(call, dependencies), call, pageSize),
    },
    {
      id: 'Usage_List',
      method: 'GET',
      path: `${compute}/locations/:location/usages`,
      action: 'Microsoft.Compute/locations/usages/read',
      handle: (call) => page(quotas.usages().map(usageShape), call, pageSize),
    },
    ...imageOperations(dependencies),
    ...permissionOperations(dependencies),
  ]
}

/** The real list mixes every kind of resource and, without a filter, every region. */
function listSkus({ query }: Call, { sizes, places }: CatalogueDependencies): object[] {
  const location = /^location eq '([^']+)'$/.exec(query['$filter'] ?? '')?.[1]
  if (query['$filter'] !== undefined && location === undefined) {
    throw badParameter(`The filter '${query['$filter']}' is not supported: only location is.`)
  }
  const here = [
    { resourceType: 'disks', name: 'Premium_LRS', tier: 'Premium', size: 'P10', locations: [places.location] },
    ...sizes.map((size) => skuShape(size, places.location)),
  ]
  const elsewhere = sizes.map((size) => skuShape({ ...size, restricted: 'location' }, 'elsewhere'))
  if (location === undefined) return [...elsewhere, ...here]
  return location.toLowerCase() === places.location.toLowerCase() ? here : []
}

function imageOperations({ places }: CatalogueDependencies): Operation[] {
  const action = 'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read'

  function versionsOf({ params }: Call): {
    readonly list: readonly string[]
    readonly shape: (version: string) => object
  } {
    const { publisher = '', offer = '', sku = '', location = '' } = params
    const id = `/subscriptions/s/providers/Microsoft.Compute/locations/${location}/publishers/${publisher}/artifactTypes/vmImage/offers/${offer}/skus/${sku}/versions/`
    const list = places.versions(publisher, offer, sku)
    return { list, shape: (version) => ({ location, name: version, id: `${id}${version}` }) }
  }

  return [
    {
      id: 'VirtualMachineImages_List',
      method: 'GET',
      path: `${image}/versions`,
      action,
      handle(call) {
        const { list, shape } = versionsOf(call)
        const newestFirst = call.query['$orderby'] === 'name desc'
        const ordered = newestFirst ? [...list].reverse() : list
        return { status: 200, body: ordered.slice(0, Number(call.query['$top'] ?? 100)).map(shape) }
      },
    },
    {
      id: 'VirtualMachineImages_Get',
      method: 'GET',
      path: `${image}/versions/:version`,
      action,
      handle(call) {
        const { list, shape } = versionsOf(call)
        const asked = call.params['version'] ?? ''
        const version = asked === 'latest' ? list.at(-1) : list.find((each) => each === asked)
        if (version === undefined) {
          throw new Refusal(404, 'NotFound', `Artifact: VMImage was not found: ${asked}.`)
        }
        const properties = { hyperVGeneration: 'V2', osDiskImage: { operatingSystem: 'Linux', sizeInGb: 30 } }
        const features = [{ name: 'SecurityType', value: 'TrustedLaunchSupported' }]
        return { status: 200, body: { ...shape(version), properties: { ...properties, features } } }
      },
    },
  ]
}

/** Rights of the caller on a group, and on any resource of it. */
function permissionOperations({ credentials }: CatalogueDependencies): Operation[] {
  const group = '/subscriptions/:subscription/resourceGroups/:group'
  const resource = `${group}/providers/:namespace/:parentType/:parent`
  const scopes = ['/subscriptions/:subscription', group, resource, `${resource}/:type/:name`]
  return scopes.map((scope) => ({
    id: scope.startsWith(resource) ? 'Permissions_ListForResource' : 'Permissions_ListForResourceGroup',
    method: 'GET',
    path: `${scope}/${permissions}`,
    action: 'Microsoft.Authorization/permissions/read',
    handle: ({ url }) => ({
      status: 200,
      body: {
        value: [
          {
            actions: credentials.allowed(decodeURIComponent(new URL(url).pathname)),
            notActions: [],
            dataActions: [],
            notDataActions: [],
          },
        ],
      },
    }),
  }))
}
