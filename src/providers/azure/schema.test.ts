import { describe, expect, it } from 'vitest'
import { azureFleetSchema } from './schema.ts'

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/ci/providers'
const least = {
  name: 'cloud',
  provider: 'azure',
  subscriptionId: '00000000-0000-4000-8000-000000000001',
  resourceGroup: 'ci',
  location: 'westeurope',
  sizes: ['Standard_D4ds_v5'],
  image: { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2' },
  subnetId: `${group}/Microsoft.Network/virtualNetworks/ci/subnets/machines`,
}

function problems(change: object): string[] {
  const parsed = azureFleetSchema.safeParse({ ...least, ...change })
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('settings of a fleet on Azure', () => {
  it('need little', () => {
    expect(azureFleetSchema.parse(least)).toMatchObject({
      os: 'linux',
      zones: [],
      spot: { enabled: false, fallback: true },
      osDisk: { ephemeral: 'auto', type: 'Premium_LRS' },
      publicIp: false,
      trustedLaunch: true,
      acceleratedNetworking: true,
      image: { version: 'latest' },
      endpoint: 'https://management.azure.com',
    })
  })

  it.each([
    [{ image: { id: `${group}/Microsoft.Compute/galleries/ci/images/machine` } }],
    [{ image: { id: `${group}/Microsoft.Compute/galleries/ci/images/machine/versions/1.0.0` } }],
    [{ image: { id: `${group}/Microsoft.Compute/images/machine` } }],
    [{ image: { id: '/CommunityGalleries/acme-1234/Images/machine' } }],
    [{ image: { ...least.image, plan: { name: 'pro', product: 'debian-pro', publisher: 'Debian' } } }],
    [{ prices: { Standard_D4ds_v5: '0.27 USD/hour', 'Standard_D4ds_v5/spot': '0.05 USD/hour' } }],
    [{ warm: { stopped: 2 } }],
    [{ warm: { stopped: 2 }, hibernate: true, osDisk: { ephemeral: false, size: '128Gi' } }],
    [{ spot: { enabled: true, maxPrice: '0.10 USD/hour', fallback: false } }],
    [{ os: 'windows', adminUsername: 'builder' }],
  ])('take %j', (change) => {
    expect(problems(change)).toEqual([])
  })

  it.each([
    [{ warm: { stopped: 1 }, osDisk: { ephemeral: true } }, /^warm.stopped: a machine with an ephemeral disk can’t/],
    [{ warm: { stopped: 1 }, spot: { enabled: true } }, /^warm.stopped: Spot machines are not kept stopped/],
    [{ hibernate: true }, /^hibernate: only stopped machines hibernate/],
    [{ spot: { maxPrice: '0.10 USD/hour' } }, /^spot.maxPrice: Spot is not enabled/],
    [{ spot: { enabled: true, maxPrice: '0.10 EUR/hour' } }, /^spot.maxPrice: Azure takes it in USD/],
    [{ osDisk: { size: '64G' } }, /^osDisk.size: expected whole GiB/],
    [{ os: 'windows', customScript: true }, /^customScript: Windows/],
    [{ sizes: [] }, /^sizes: expected at least one size/],
    [{ sizes: ['D4s'] }, /^sizes.0: expected a size, for example/],
    [{ sizes: ['Standard_D4ds_v5', 'Standard_D4ds_v5'] }, /^sizes.1: Standard_D4ds_v5 stands here twice/],
    [{ zones: ['4a'] }, /^zones.0: expected a zone/],
    [{ prices: { Standard_D8s_v5: '1 USD/hour' } }, /^prices.Standard_D8s_v5: expected one of this fleet’s sizes/],
    [{ subscriptionId: 'mine' }, /^subscriptionId: expected a subscription id/],
    [{ location: 'West Europe' }, /^location: expected a location/],
    [{ subnetId: 'machines' }, /^subnetId: expected the id of a resource: .*virtualNetworks\/NAME\/subnets\/NAME/],
    [{ image: 'debian' }, /^image: expected `{id}`/],
    [{ adminUsername: 'root' }, /^adminUsername: Azure does not take this name/],
    [{ endpoint: 'http://management.azure.com' }, /^endpoint: expected an address/],
    [{ sice: 1 }, /Unrecognized key: "sice"/],
  ])('refuse %j', (change, message) => {
    expect(problems(change)).toEqual([expect.stringMatching(message)])
  })
})
