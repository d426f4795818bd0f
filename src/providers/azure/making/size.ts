import type { ResourceSku } from '@azure/arm-compute'

/** What matters of a size, as `resourceSkus` tells it. */
export interface Size {
  readonly name: string
  /** What its cores are counted against in the quota. */
  readonly family: string
  readonly cores: number
  readonly memory: number
  readonly zones: readonly string[]
  /** Why it can't be had, by zone; under `''` for the whole location. */
  readonly restrictions: ReadonlyMap<string, string>
  /** Where a system disk on the host's own disks fits, and how much of it, in bytes. */
  readonly ephemeral: readonly { readonly placement: Placement; readonly bytes: number }[]
  readonly spot: boolean
  readonly premiumDisks: boolean
  readonly acceleratedNetworking: boolean
  readonly trustedLaunch: boolean
  readonly hibernation: boolean
}

export type Placement = 'CacheDisk' | 'ResourceDisk' | 'NvmeDisk'

const GIB = 2 ** 30
const MIB = 2 ** 20

/** Undefined if it is not the size of a virtual machine, or says too little about itself. */
export function sizeOf(sku: ResourceSku, location: string): Size | undefined {
  const capabilities = new Map((sku.capabilities ?? []).map(({ name, value }) => [name ?? '', value ?? '']))
  const number = (name: string) => Number(capabilities.get(name) ?? Number.NaN)
  const is = (name: string) => capabilities.get(name) === 'True'
  const cores = number('vCPUs')
  const memory = Math.round(number('MemoryGB') * GIB)
  if (sku.resourceType !== 'virtualMachines' || !sku.name || !(cores > 0) || !(memory > 0)) return undefined

  const here = sku.locationInfo?.find((info) => info.location?.toLowerCase() === location)
  return {
    name: sku.name,
    family: sku.family ?? '',
    // Some sizes have some of their processors switched off; what the quota counts is `vCPUs`.
    cores,
    memory,
    zones: here?.zones ?? [],
    restrictions: restrictionsOf(sku),
    ephemeral: is('EphemeralOSDiskSupported') ? placementsOf(capabilities, number) : [],
    spot: capabilities.get('LowPriorityCapable') !== 'False',
    premiumDisks: is('PremiumIO'),
    acceleratedNetworking: is('AcceleratedNetworkingEnabled'),
    trustedLaunch: (capabilities.get('HyperVGenerations') ?? '').includes('V2') && !is('TrustedLaunchDisabled'),
    hibernation: is('HibernationSupported'),
  }
}

function restrictionsOf(sku: ResourceSku): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { type, restrictionInfo, reasonCode } of sku.restrictions ?? []) {
    const why = reasonCode === 'QuotaId' ? 'the kind of subscription excludes it' : 'not available to the subscription'
    if (type === 'Zone') for (const zone of restrictionInfo?.zones ?? []) found.set(zone, why)
    else found.set('', why)
  }
  return found
}

/** In the order in which Azure itself would choose. */
function placementsOf(capabilities: ReadonlyMap<string, string>, number: (name: string) => number): Size['ephemeral'] {
  const said = capabilities.get('SupportedEphemeralOSDiskPlacements')
  const all = [
    { placement: 'CacheDisk', bytes: number('CachedDiskBytes') },
    { placement: 'ResourceDisk', bytes: number('MaxResourceVolumeMB') * MIB },
    { placement: 'NvmeDisk', bytes: number('NvmeDiskSizeInMiB') * MIB },
  ] as const
  return all.filter(({ placement, bytes }) => bytes > 0 && (said === undefined || said.includes(placement)))
}
