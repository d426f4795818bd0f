/** Ids of resources: `/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME`. Case never counts. */
export interface Names {
  readonly subscription: string
  group(resourceGroup: string): string
  id(resourceGroup: string, type: string, name: string): string
}

export const vmType = 'Microsoft.Compute/virtualMachines'
export const diskType = 'Microsoft.Compute/disks'
export const nicType = 'Microsoft.Network/networkInterfaces'
export const addressType = 'Microsoft.Network/publicIPAddresses'

export function createNames(subscriptionId: string): Names {
  const subscription = `/subscriptions/${subscriptionId}`
  const group = (resourceGroup: string): string => `${subscription}/resourceGroups/${resourceGroup}`
  return {
    subscription,
    group,
    id(resourceGroup, type, name) {
      return `${group(resourceGroup)}/providers/${type}/${name}`
    },
  }
}

export function sameName(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase()
}
