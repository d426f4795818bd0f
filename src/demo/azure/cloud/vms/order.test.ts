import { describe, expect, it } from 'vitest'
import { Refusal } from '../../arm/answer.ts'
import { createNames } from '../names.ts'
import { createPlaces } from '../places.ts'
import { createEstate } from '../estate.ts'
import { createQuotas } from '../quotas.ts'
import { someSizes } from '../sizes.ts'
import type { VmBody, VmProperties } from './body.ts'
import { readOrder } from './order.ts'

const places = createPlaces(createNames('s'), 'westeurope', 'ci')

function order(patch: VmProperties = {}, top: VmBody = {}): VmBody {
  return {
    location: 'westeurope',
    ...top,
    properties: {
      hardwareProfile: { vmSize: 'Standard_D4ds_v5' },
      storageProfile: { imageReference: places.marketplaceImage, osDisk: { createOption: 'FromImage' } },
      osProfile: { computerName: 'm1', adminUsername: 'slipway', adminPassword: 'x' },
      networkProfile: {
        networkApiVersion: '2022-11-01',
        networkInterfaceConfigurations: [
          {
            name: 'nic',
            properties: { ipConfigurations: [{ name: 'ip', properties: { subnet: { id: places.subnet } } }] },
          },
        ],
      },
      ...patch,
    },
  }
}

function codeOf(body: VmBody): string {
  try {
    readOrder(body, { places, sizes: someSizes })
    return 'taken'
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return (error.answer.body as { error: { code: string } }).error.code
  }
}

const image = { imageReference: places.marketplaceImage }
const disk = (diskSizeGB: number, placement = 'CacheDisk') => ({
  ...image,
  osDisk: {
    createOption: 'FromImage',
    caching: 'ReadOnly',
    diskSizeGB,
    diffDiskSettings: { option: 'Local', placement },
  },
})
const profile = { computerName: 'm1', adminUsername: 'slipway', adminPassword: 'x' }

describe('what Azure takes', () => {
  it.for<[string, VmBody, string]>([
    ['as it should be', order(), 'taken'],
    ['without a location', { ...order(), location: undefined }, 'LocationRequired'],
    ['elsewhere', order({}, { location: 'moon' }), 'LocationNotAvailableForResourceType'],
    ['of no size', order({ hardwareProfile: { vmSize: 'Standard_X1' } }), 'InvalidParameter'],
    ['of a size that is closed', order({ hardwareProfile: { vmSize: 'Standard_E4ds_v5' } }), 'SkuNotAvailable'],
    [
      'in a closed zone',
      order({ hardwareProfile: { vmSize: 'Standard_F4s_v2' } }, { zones: ['2'] }),
      'SkuNotAvailable',
    ],
    ['in an open zone', order({ hardwareProfile: { vmSize: 'Standard_F4s_v2' } }, { zones: ['1'] }), 'taken'],
    ['Spot', order({ priority: 'Spot', evictionPolicy: 'Delete' }), 'taken'],
    [
      'Spot of a size without',
      order({ priority: 'Spot', hardwareProfile: { vmSize: 'Standard_B2s' } }),
      'InvalidParameter',
    ],
    ['a price on demand', order({ billingProfile: { maxPrice: -1 } }), 'OperationNotAllowed'],
    [
      'an image that is not',
      order({ storageProfile: { imageReference: { publisher: 'x' } } }),
      'PlatformImageNotFound',
    ],
    [
      'a gallery image that is not',
      order({ storageProfile: { imageReference: { id: '/x' } } }),
      'GalleryImageNotFound',
    ],
    ['a disk on the cache', order({ storageProfile: disk(100) }), 'taken'],
    ['a disk larger than the cache', order({ storageProfile: disk(101) }), 'OperationNotAllowed'],
    ['a disk on the temporary one', order({ storageProfile: disk(150, 'ResourceDisk') }), 'taken'],
    ['a computer name with a dot', order({ osProfile: { ...profile, computerName: 'm.1' } }), 'InvalidParameter'],
    [
      'a long name for Windows',
      order({ osProfile: { ...profile, computerName: 'm234567890123456', windowsConfiguration: {} } }),
      'InvalidParameter',
    ],
    ['no way to log in', order({ osProfile: { ...profile, adminPassword: undefined } }), 'InvalidParameter'],
    ['custom data in plain text', order({ osProfile: { ...profile, customData: '#cloud' } }), 'InvalidParameter'],
    [
      'too much custom data',
      order({ osProfile: { ...profile, customData: 'AAAA'.repeat(21_846) } }),
      'InvalidParameter',
    ],
    ['no network', order({ networkProfile: {} }), 'NetworkProfileRequired'],
    [
      'an identity that is not',
      order({}, { identity: { type: 'UserAssigned', userAssignedIdentities: { '/x': {} } } }),
      'InvalidResourceReference',
    ],
  ])('%s', ([, body, code]) => {
    expect(codeOf(body)).toBe(code)
  })

  it('counts cores, apart for Spot', () => {
    const estate = createEstate()
    const quotas = createQuotas(estate, someSizes, { cores: 4, lowPriorityCores: 0 })
    const size = someSizes.find(({ name }) => name === 'Standard_D8s_v5')
    const small = someSizes.find(({ name }) => name === 'Standard_D4s_v5')
    if (!size || !small) throw new Error('no such size')
    expect(() => quotas.admit(size, false)).toThrow(/exceeding approved Total Regional Cores.*New Limit Required: 8/)
    expect(() => quotas.admit(small, true)).toThrow(/LowPriorityCores/)
    expect(quotas.admit(small, false)).toBeUndefined()
  })
})
