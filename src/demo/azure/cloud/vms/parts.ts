import { addressType, diskType, nicType, type Names } from '../names.ts'
import type { Part } from '../records.ts'
import type { NicConfiguration } from './body.ts'
import type { VmOrder } from './order.ts'

interface Making {
  readonly names: Names
  readonly resourceGroup: string
  readonly name: string
  /** Letters that Azure hangs on to names of its own making. */
  readonly suffix: string
  readonly nextAddress: () => string
}

/** The parts that come with a VM: its disk, its interfaces, their public addresses. */
export function makeParts(order: VmOrder, making: Making): { readonly disk: Part; readonly network: readonly Part[] } {
  const configurations = order.body.properties?.networkProfile?.networkInterfaceConfigurations ?? []
  return { disk: makeDisk(order, making), network: configurations.flatMap((each) => makeNic(each, order, making)) }
}

function makeDisk(order: VmOrder, making: Making): Part {
  const { osDisk = {} } = order.body.properties?.storageProfile ?? {}
  const ephemeral = osDisk.diffDiskSettings !== undefined
  return {
    ...base(order, making, diskType, osDisk.name ?? `${making.name}_OsDisk_1_${making.suffix}`),
    tags: order.body.tags ?? {},
    attachedTo: vmId(making),
    // A disk on the host itself can't outlive its machine.
    goesAlong: ephemeral || osDisk.deleteOption === 'Delete',
    sku: { name: osDisk.managedDisk?.storageAccountType ?? 'Premium_LRS' },
    ...(order.zone !== undefined && { zones: [order.zone] }),
    properties: {
      diskSizeGB: order.diskGiB,
      osType: order.body.properties?.osProfile?.windowsConfiguration ? 'Windows' : 'Linux',
      creationData: { createOption: 'FromImage' },
      provisioningState: 'Succeeded',
    },
  }
}

function makeNic(configuration: NicConfiguration, order: VmOrder, making: Making): Part[] {
  const { properties = {} } = configuration
  const name = `${configuration.name}-${making.suffix}`
  const nicId = making.names.id(making.resourceGroup, nicType, name)
  const addresses = (properties.ipConfigurations ?? []).flatMap(({ properties: address }) => {
    const wanted = address?.publicIPAddressConfiguration
    if (!wanted) return []
    const part: Part = {
      ...base(order, making, addressType, `${wanted.name}-${making.suffix}`),
      tags: wanted.tags ?? {},
      attachedTo: nicId,
      goesAlong: wanted.properties?.deleteOption === 'Delete',
      sku: { name: 'Standard' },
      properties: { publicIPAllocationMethod: 'Static', provisioningState: 'Succeeded' },
    }
    return [part]
  })
  const nic: Part = {
    ...base(order, making, nicType, name),
    tags: configuration.tags ?? {},
    attachedTo: vmId(making),
    goesAlong: properties.deleteOption === 'Delete',
    properties: {
      primary: properties.primary ?? true,
      enableAcceleratedNetworking: properties.enableAcceleratedNetworking ?? false,
      networkSecurityGroup: properties.networkSecurityGroup,
      provisioningState: 'Succeeded',
      ipConfigurations: (properties.ipConfigurations ?? []).map((each, index) => ({
        name: each.name,
        properties: {
          privateIPAddress: making.nextAddress(),
          privateIPAllocationMethod: 'Dynamic',
          primary: index === 0,
          subnet: each.properties?.subnet,
          ...(addresses[index] && { publicIPAddress: { id: addresses[index].id } }),
        },
      })),
    },
  }
  return [nic, ...addresses]
}

function base(order: VmOrder, making: Making, type: string, name: string) {
  const { resourceGroup, names } = making
  const madeWith = { id: vmId(making), tags: order.body.tags ?? {} }
  return {
    id: names.id(resourceGroup, type, name),
    type,
    name,
    resourceGroup,
    location: order.body.location ?? '',
    madeWith,
  }
}

function vmId({ names, resourceGroup, name }: Making): string {
  return names.id(resourceGroup, 'Microsoft.Compute/virtualMachines', name)
}

/** Puts another private address on an interface. */
export function readdress(nic: Part, address: string): void {
  const configurations = (nic.properties['ipConfigurations'] ?? []) as readonly { properties: object }[]
  nic.properties = {
    ...nic.properties,
    ipConfigurations: configurations.map((each) => ({
      ...each,
      properties: { ...each.properties, privateIPAddress: address },
    })),
  }
}
