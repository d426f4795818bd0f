import type { NetworkProfile } from '@azure/arm-compute'
import type { AzureFleetConfig } from '../schema.ts'
import { partNames } from '../tags.ts'
import type { Size } from './size.ts'

/** One interface, made and deleted with the machine. */
export function networkOf(
  fleet: Pick<AzureFleetConfig, 'subnetId' | 'networkSecurityGroupId' | 'publicIp' | 'acceleratedNetworking'>,
  size: Size,
  machine: string,
  tags: Record<string, string>,
): NetworkProfile {
  const { networkSecurityGroupId, publicIp } = fleet
  const address = {
    name: partNames.address(machine),
    deleteOption: 'Delete',
    sku: { name: 'Standard', tier: 'Regional' },
    publicIPAllocationMethod: 'Static',
    tags,
  }
  return {
    networkApiVersion: '2022-11-01',
    networkInterfaceConfigurations: [
      {
        name: partNames.interface(machine),
        primary: true,
        deleteOption: 'Delete',
        tags,
        enableAcceleratedNetworking: fleet.acceleratedNetworking && size.acceleratedNetworking,
        ...(networkSecurityGroupId && { networkSecurityGroup: { id: networkSecurityGroupId } }),
        ipConfigurations: [
          {
            name: 'main',
            primary: true,
            subnet: { id: fleet.subnetId },
            ...(publicIp && { publicIPAddressConfiguration: address }),
          },
        ],
      },
    ],
  }
}
