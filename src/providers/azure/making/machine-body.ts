import type { ImageReference, VirtualMachine } from '@azure/arm-compute'
import type { MachineOrder } from '../../../domain/ports/provider.ts'
import type { MachineScripts } from '../context.ts'
import type { AzureFleetConfig } from '../schema.ts'
import { tagsOf } from '../tags.ts'
import { osDiskOf } from './disk.ts'
import { networkOf } from './network.ts'
import { osProfileOf } from './os-profile.ts'
import type { Size } from './size.ts'

export interface MachineParts {
  readonly owner: string
  readonly fleet: AzureFleetConfig
  readonly order: MachineOrder
  readonly size: Size
  readonly scripts: MachineScripts
}

const NANOS = 1_000_000_000

/** All of a virtual machine: interface, disk and address go with it when it is deleted. */
export async function machineBody({ owner, fleet, order, size, scripts }: MachineParts): Promise<VirtualMachine> {
  const { name, offer } = order
  const tags = tagsOf({ owner, fleet: fleet.name, machine: name, size: offer.size }, fleet.tags)
  return {
    location: fleet.location,
    tags,
    ...(offer.zone !== undefined && { zones: [offer.zone] }),
    ...(fleet.image.plan && { plan: fleet.image.plan }),
    ...(fleet.identity && { identity: { type: 'UserAssigned', userAssignedIdentities: { [fleet.identity]: {} } } }),
    hardwareProfile: { vmSize: offer.sizeName },
    storageProfile: { imageReference: imageReference(fleet.image), osDisk: osDiskOf(fleet, size, name) },
    osProfile: await osProfileOf(fleet, name, scripts),
    networkProfile: networkOf(fleet, size, name, tags),
    ...(fleet.trustedLaunch && {
      securityProfile: {
        securityType: 'TrustedLaunch',
        uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
      },
    }),
    ...(fleet.hibernate && size.hibernation && { additionalCapabilities: { hibernationEnabled: true } }),
    ...priority(fleet, offer.spot),
  }
}

function priority(fleet: AzureFleetConfig, spot: boolean): Partial<VirtualMachine> {
  if (!spot) return { priority: 'Regular' }
  const { maxPrice } = fleet.spot
  // −1 is Azure's word for: up to the price on demand.
  const most = maxPrice ? Number(maxPrice.nanos) / NANOS : -1
  return { priority: 'Spot', evictionPolicy: 'Delete', billingProfile: { maxPrice: most } }
}

function imageReference(image: AzureFleetConfig['image']): ImageReference {
  if (!('id' in image)) {
    const { publisher, offer, sku, version } = image
    return { publisher, offer, sku, version }
  }
  if (/^\/CommunityGalleries\//i.test(image.id)) return { communityGalleryImageId: image.id }
  if (/^\/SharedGalleries\//i.test(image.id)) return { sharedGalleryImageId: image.id }
  return { id: image.id }
}
