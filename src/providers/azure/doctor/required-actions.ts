import { needsExtension } from '../making/extension.ts'
import type { AzureFleetConfig } from '../schema.ts'

/** Actions that Slipway's identity needs, and on what: the least role for the fleet. */
export interface RequiredActions {
  /** Path of a subscription, a resource group, or a resource. */
  readonly scope: string
  readonly actions: readonly string[]
}

type Settings = Pick<
  AzureFleetConfig,
  | 'subscriptionId'
  | 'resourceGroup'
  | 'subnetId'
  | 'networkSecurityGroupId'
  | 'identity'
  | 'publicIp'
  | 'image'
  | 'warm'
  | 'os'
  | 'customScript'
>

export function requiredActions(fleet: Settings): RequiredActions[] {
  const subscription = `/subscriptions/${fleet.subscriptionId}`
  const { networkSecurityGroupId, identity, image } = fleet
  const needed: RequiredActions[] = [
    {
      scope: subscription,
      actions: [
        'Microsoft.Compute/skus/read',
        'Microsoft.Compute/locations/usages/read',
        ...('publisher' in image
          ? ['Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read']
          : []),
      ],
    },
    { scope: `${subscription}/resourceGroups/${fleet.resourceGroup}`, actions: inGroup(fleet) },
    {
      scope: fleet.subnetId,
      actions: [
        'Microsoft.Network/virtualNetworks/subnets/read',
        'Microsoft.Network/virtualNetworks/subnets/join/action',
      ],
    },
  ]
  if (networkSecurityGroupId) {
    needed.push({ scope: networkSecurityGroupId, actions: ['Microsoft.Network/networkSecurityGroups/join/action'] })
  }
  if (identity) {
    needed.push({ scope: identity, actions: ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'] })
  }
  if ('id' in image && image.id.toLowerCase().startsWith('/subscriptions/')) {
    const gallery = /\/galleries\//i.test(image.id)
    const actions = gallery
      ? ['Microsoft.Compute/galleries/images/read', 'Microsoft.Compute/galleries/images/versions/read']
      : ['Microsoft.Compute/images/read']
    needed.push({ scope: image.id.replace(/\/versions\/[^/]+$/i, ''), actions })
  }
  return needed
}

function inGroup(fleet: Settings): string[] {
  const actions = [
    'Microsoft.Resources/subscriptions/resourceGroups/read',
    'Microsoft.Compute/locations/operations/read',
    'Microsoft.Compute/virtualMachines/read',
    'Microsoft.Compute/virtualMachines/instanceView/read',
    'Microsoft.Compute/virtualMachines/write',
    'Microsoft.Compute/virtualMachines/delete',
    'Microsoft.Compute/disks/read',
    'Microsoft.Compute/disks/write',
    'Microsoft.Compute/disks/delete',
    'Microsoft.Network/networkInterfaces/read',
    'Microsoft.Network/networkInterfaces/write',
    'Microsoft.Network/networkInterfaces/delete',
    'Microsoft.Network/networkInterfaces/join/action',
  ]
  if (fleet.warm.stopped > 0) {
    actions.push(
      'Microsoft.Compute/virtualMachines/deallocate/action',
      'Microsoft.Compute/virtualMachines/start/action',
    )
  }
  if (needsExtension(fleet)) {
    actions.push(
      'Microsoft.Compute/virtualMachines/extensions/read',
      'Microsoft.Compute/virtualMachines/extensions/write',
    )
  }
  if (fleet.publicIp) {
    actions.push(
      'Microsoft.Network/publicIPAddresses/read',
      'Microsoft.Network/publicIPAddresses/write',
      'Microsoft.Network/publicIPAddresses/delete',
      'Microsoft.Network/publicIPAddresses/join/action',
    )
  }
  return actions
}
