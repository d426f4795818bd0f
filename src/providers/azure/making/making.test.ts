import type { ResourceSku } from '@azure/arm-compute'
import { describe, expect, it } from 'vitest'
import { azureFleetSchema, type AzureFleetConfig } from '../schema.ts'
import { diskProblem, osDiskOf, placementFor } from './disk.ts'
import { extensionBody } from './extension.ts'
import { nobodysPassword, nobodysPublicKey } from './logins.ts'
import { machineBody } from './machine-body.ts'
import { osProfileOf } from './os-profile.ts'
import { sizeOf, type Size } from './size.ts'

const GIB = 2 ** 30
const scripts = { cloudInit: '#cloud-config\n', script: '#!/bin/sh\n', powershell: "Write-Output 'x'\n" }

function fleet(change: object = {}): AzureFleetConfig {
  const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/ci/providers'
  return azureFleetSchema.parse({
    name: 'cloud',
    provider: 'azure',
    subscriptionId: '00000000-0000-4000-8000-000000000001',
    resourceGroup: 'ci',
    location: 'westeurope',
    sizes: ['Standard_D4ds_v5'],
    image: { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2' },
    subnetId: `${group}/Microsoft.Network/virtualNetworks/ci/subnets/machines`,
    sshPublicKey: 'ssh-rsa AAAA',
    ...change,
  })
}

function size(capabilities: Record<string, string> = {}, more: Partial<ResourceSku> = {}): Size {
  const all = { vCPUs: '4', MemoryGB: '16', HyperVGenerations: 'V1,V2', PremiumIO: 'True', ...capabilities }
  const found = sizeOf(
    {
      resourceType: 'virtualMachines',
      name: 'Standard_D4ds_v5',
      family: 'standardDDSv5Family',
      locationInfo: [{ location: 'WestEurope', zones: ['1', '3'] }],
      capabilities: Object.entries(all).map(([name, value]) => ({ name, value })),
      ...more,
    },
    'westeurope',
  )
  if (!found) throw new Error('no size')
  return found
}

const cache = { EphemeralOSDiskSupported: 'True', CachedDiskBytes: String(100 * GIB), MaxResourceVolumeMB: '153600' }

describe('sizes as Azure lists them', () => {
  it('are read with what matters', () => {
    expect(size({ ...cache, AcceleratedNetworkingEnabled: 'True', LowPriorityCapable: 'False' })).toMatchObject({
      cores: 4,
      memory: 16 * GIB,
      zones: ['1', '3'],
      spot: false,
      acceleratedNetworking: true,
      trustedLaunch: true,
      hibernation: false,
      ephemeral: [
        { placement: 'CacheDisk', bytes: 100 * GIB },
        { placement: 'ResourceDisk', bytes: 150 * GIB },
      ],
    })
  })

  it('know where they can’t be had', () => {
    const restrictions: ResourceSku['restrictions'] = [
      { type: 'Zone', reasonCode: 'NotAvailableForSubscription', restrictionInfo: { zones: ['3'] } },
      { type: 'Location', reasonCode: 'QuotaId', restrictionInfo: { locations: ['westeurope'] } },
    ]
    expect([...size({}, { restrictions }).restrictions.keys()]).toEqual(['3', ''])
  })

  it('are no other things, nor half-told', () => {
    expect(sizeOf({ resourceType: 'disks', name: 'P10' }, 'westeurope')).toBeUndefined()
    expect(sizeOf({ resourceType: 'virtualMachines', name: 'Standard_X', capabilities: [] }, 'x')).toBeUndefined()
  })
})

describe('the system disk', () => {
  it.each([
    ['on the cache where it fits', {}, cache, 'CacheDisk'],
    ['else on the temporary disk', { osDisk: { size: '128Gi' } }, cache, 'ResourceDisk'],
    ['with room for the virtual TPM', { osDisk: { size: '100Gi' } }, cache, 'ResourceDisk'],
    ['which only Trusted Launch has', { osDisk: { size: '100Gi' }, trustedLaunch: false }, cache, 'CacheDisk'],
    ['never on what is too small', { osDisk: { size: '512Gi' } }, cache, undefined],
    ['nor where Azure allows none', {}, { ...cache, EphemeralOSDiskSupported: 'False' }, undefined],
    ['only where Azure says', {}, { ...cache, SupportedEphemeralOSDiskPlacements: 'ResourceDisk' }, 'ResourceDisk'],
    [
      'on NVMe',
      {},
      { EphemeralOSDiskSupported: 'True', SupportedEphemeralOSDiskPlacements: 'NvmeDisk', NvmeDiskSizeInMiB: '112640' },
      'NvmeDisk',
    ],
    ['not of a machine that is to be stopped', { warm: { stopped: 1 } }, cache, undefined],
    ['nor if it is not wanted', { osDisk: { ephemeral: false } }, cache, undefined],
  ])('%s', (_case, change, capabilities, placement) => {
    expect(placementFor(fleet(change), size(capabilities))).toBe(placement)
  })

  it('is refused with the reason', () => {
    const wanted = fleet({ osDisk: { ephemeral: true, size: '512Gi' } })
    expect(diskProblem(wanted, size(cache))).toBe('it has 150 GiB for an ephemeral disk, and osDisk asks for 512 GiB')
    expect(diskProblem(wanted, size())).toMatch(/^it has no ephemeral disk/)
    expect(diskProblem(fleet(), size({ PremiumIO: 'False' }))).toMatch(/no premium disk/)
    expect(diskProblem(fleet(), size())).toBeUndefined()
  })

  it('goes with the machine, wherever it is', () => {
    const change = { osDisk: { ephemeral: false, type: 'StandardSSD_LRS' } }
    expect(osDiskOf(fleet(change), size(cache), 'm1')).toEqual({
      name: 'm1-os',
      createOption: 'FromImage',
      deleteOption: 'Delete',
      diskSizeGB: 64,
      caching: 'ReadWrite',
      managedDisk: { storageAccountType: 'StandardSSD_LRS' },
    })
  })
})

describe('the body of a machine', () => {
  const offer = {
    key: 'Standard_D4ds_v5',
    sizeName: 'Standard_D4ds_v5',
    spot: false,
    size: { milliCpu: 4000, memory: 16 * GIB, disk: 64 * GIB },
  }
  const body = (change: object, spot = false) =>
    machineBody({
      owner: 'acme',
      fleet: fleet(change),
      order: { name: 'm1', fleet: 'cloud', offer: { ...offer, spot } },
      size: size({ ...cache, HibernationSupported: 'True' }),
      scripts,
    })

  it('of a fleet that says nothing special', async () => {
    const made = await body({})
    expect(made).toMatchObject({ priority: 'Regular' })
    for (const key of ['zones', 'plan', 'identity', 'evictionPolicy', 'billingProfile', 'additionalCapabilities']) {
      expect(made).not.toHaveProperty(key)
    }
  })

  it.each([
    ['/CommunityGalleries/acme-1/Images/m', 'communityGalleryImageId'],
    ['/SharedGalleries/acme-1/Images/m/versions/1.0.0', 'sharedGalleryImageId'],
    ['/subscriptions/s/resourceGroups/ci/providers/Microsoft.Compute/galleries/g/images/m', 'id'],
  ])('from image %s', async (id, key) => {
    expect((await body({ image: { id } })).storageProfile?.imageReference).toEqual({ [key]: id })
  })

  it('with the plan of a paid image, a public address, hibernation, Spot without a limit', async () => {
    const plan = { name: 'pro', product: 'debian-pro', publisher: 'Debian' }
    const image = { publisher: 'Debian', offer: 'debian-pro', sku: 'pro', plan }
    expect(await body({ image, publicIp: true, hibernate: true, warm: { stopped: 1 } })).toMatchObject({
      plan,
      additionalCapabilities: { hibernationEnabled: true },
      networkProfile: {
        networkInterfaceConfigurations: [
          {
            ipConfigurations: [
              { publicIPAddressConfiguration: { name: 'm1-ip', deleteOption: 'Delete', sku: { name: 'Standard' } } },
            ],
          },
        ],
      },
    })
    expect(await body({ spot: { enabled: true } }, true)).toMatchObject({ billingProfile: { maxPrice: -1 } })
  })

  it('refuses a set-up that is larger than Azure takes', async () => {
    const large = { ...scripts, cloudInit: 'x'.repeat(65_536) }
    await expect(osProfileOf(fleet(), 'm1', large)).rejects.toThrow(/has 65536 bytes/)
    expect((await osProfileOf(fleet({ customScript: true }), 'm1', large)).customData).toBeUndefined()
  })
})

describe('what is told to a machine afterwards', () => {
  it('is the script on Linux, and on Windows the order to run it', () => {
    expect(extensionBody(fleet(), scripts)).toMatchObject({
      publisher: 'Microsoft.Azure.Extensions',
      typePropertiesType: 'CustomScript',
      protectedSettings: { script: Buffer.from(scripts.script).toString('base64') },
    })
    const windows = extensionBody(fleet({ os: 'windows' }), scripts)
    expect(windows.typePropertiesType).toBe('CustomScriptExtension')
    expect(windows.settings).toBeUndefined()
    expect(windows.protectedSettings).toEqual({ commandToExecute: expect.stringContaining('CustomData.bin') })
  })
})

describe('logins that nobody has', () => {
  it('are as Azure wants them, and another each time', async () => {
    const key = await nobodysPublicKey()
    const bytes = Buffer.from(key.split(' ')[1] ?? '', 'base64')
    expect(bytes.subarray(0, 11).toString('latin1')).toBe('\0\0\0\x07ssh-rsa')
    expect(bytes).toHaveLength(279)
    const password = nobodysPassword()
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[!_-]).{12,72}$/)
    expect(nobodysPassword()).not.toBe(password)
  })
})
