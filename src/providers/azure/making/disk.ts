import type { OSDisk } from '@azure/arm-compute'
import type { AzureFleetConfig } from '../schema.ts'
import { partNames } from '../tags.ts'
import type { Placement, Size } from './size.ts'

const GIB = 2 ** 30

type DiskSettings = Pick<AzureFleetConfig, 'os' | 'osDisk' | 'trustedLaunch' | 'warm'>

/** Bytes of the system disk, which is also what agents' containers share. */
export function diskBytes({ os, osDisk }: Pick<DiskSettings, 'os' | 'osDisk'>): number {
  return osDisk.size ?? (os === 'windows' ? 128 : 64) * GIB
}

/** Where the disk goes on the host itself; undefined: it is a disk of its own, on the network. */
export function placementFor(fleet: DiskSettings, size: Size): Placement | undefined {
  if (!wantsEphemeral(fleet)) return undefined
  // Trusted Launch keeps the state of its virtual TPM there too.
  const needed = diskBytes(fleet) + (fleet.trustedLaunch ? GIB : 0)
  return size.ephemeral.find(({ bytes }) => bytes >= needed)?.placement
}

/** Why a machine of this size can't have the disk that is configured. */
export function diskProblem(fleet: DiskSettings, size: Size): string | undefined {
  if (placementFor(fleet, size)) return undefined
  if (fleet.osDisk.ephemeral === true) {
    const most = Math.max(0, ...size.ephemeral.map(({ bytes }) => bytes))
    const room = most === 0 ? 'no ephemeral disk' : `${Math.floor(most / GIB)} GiB for an ephemeral disk`
    return `it has ${room}, and osDisk asks for ${diskBytes(fleet) / GIB} GiB`
  }
  if (fleet.osDisk.type.startsWith('Premium') && !size.premiumDisks) {
    return `it takes no premium disk: set osDisk.type to StandardSSD_LRS`
  }
  return undefined
}

export function osDiskOf(fleet: DiskSettings, size: Size, machine: string): OSDisk {
  const placement = placementFor(fleet, size)
  const disk: OSDisk = {
    name: partNames.disk(machine),
    createOption: 'FromImage',
    deleteOption: 'Delete',
    diskSizeGB: diskBytes(fleet) / GIB,
  }
  if (placement) return { ...disk, caching: 'ReadOnly', diffDiskSettings: { option: 'Local', placement } }
  return { ...disk, caching: 'ReadWrite', managedDisk: { storageAccountType: fleet.osDisk.type } }
}

/** A machine that is to be stopped and kept must keep its disk. */
function wantsEphemeral({ osDisk, warm }: DiskSettings): boolean {
  return osDisk.ephemeral === true || (osDisk.ephemeral === 'auto' && warm.stopped === 0)
}
