import { sameName, type Names } from './names.ts'
import type { ImageReference } from './vms/body.ts'

/** What stands there before any machine: network, security group, identity, images. */
export interface Places {
  readonly location: string
  readonly resourceGroup: string
  readonly subnet: string
  readonly networkSecurityGroup: string
  readonly identity: string
  readonly galleryImage: string
  readonly managedImage: string
  readonly marketplaceImage: MarketplaceImage
  readonly windowsImage: MarketplaceImage
  /** A resource that is not a machine or a part of one, by its id. */
  find(id: string): Resource | undefined
  /** Versions of a marketplace image, oldest first. */
  versions(publisher: string, offer: string, sku: string): readonly string[]
}

export type MarketplaceImage = Required<Pick<ImageReference, 'publisher' | 'offer' | 'sku' | 'version'>>

export interface Resource {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly location?: string
  readonly properties: Readonly<Record<string, unknown>>
}

export function createPlaces(names: Names, location: string, resourceGroup: string): Places {
  const id = (type: string, name: string): string => names.id(resourceGroup, type, name)
  const network = id('Microsoft.Network/virtualNetworks', 'ci')
  const subnet = `${network}/subnets/machines`
  const networkSecurityGroup = id('Microsoft.Network/networkSecurityGroups', 'machines')
  const identity = id('Microsoft.ManagedIdentity/userAssignedIdentities', 'machines')
  const gallery = id('Microsoft.Compute/galleries', 'ci')
  const galleryImage = `${gallery}/images/machine/versions/1.0.0`
  const managedImage = id('Microsoft.Compute/images', 'machine')
  const marketplaceImage = { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: 'latest' }
  const windowsImage = {
    publisher: 'MicrosoftWindowsServer',
    offer: 'WindowsServer',
    sku: '2022-datacenter-core-g2',
    version: 'latest',
  }

  const subnetProperties = { addressPrefix: '10.20.0.0/22', provisioningState: 'Succeeded' }
  const generation = { osType: 'Linux', osState: 'Generalized', hyperVGeneration: 'V2' }
  const resources: Resource[] = [
    {
      ...described(network, 'Microsoft.Network/virtualNetworks'),
      properties: {
        addressSpace: { addressPrefixes: ['10.20.0.0/16'] },
        subnets: [{ id: subnet, name: 'machines', properties: subnetProperties }],
      },
    },
    { ...described(subnet, 'Microsoft.Network/virtualNetworks/subnets'), properties: subnetProperties },
    {
      ...described(networkSecurityGroup, 'Microsoft.Network/networkSecurityGroups'),
      properties: { securityRules: [], provisioningState: 'Succeeded' },
    },
    {
      ...described(identity, 'Microsoft.ManagedIdentity/userAssignedIdentities'),
      properties: { clientId: '30000000-0000-4000-8000-000000000003' },
    },
    {
      ...described(`${gallery}/images/machine`, 'Microsoft.Compute/galleries/images'),
      properties: { ...generation, features: [{ name: 'SecurityType', value: 'TrustedLaunchSupported' }] },
    },
    {
      ...described(galleryImage, 'Microsoft.Compute/galleries/images/versions'),
      properties: {
        provisioningState: 'Succeeded',
        publishingProfile: { targetRegions: [{ name: location, regionalReplicaCount: 1 }] },
        storageProfile: { osDiskImage: { sizeInGB: 30 } },
      },
    },
    {
      ...described(managedImage, 'Microsoft.Compute/images'),
      properties: { provisioningState: 'Succeeded', storageProfile: { osDisk: { ...generation, diskSizeGB: 30 } } },
    },
  ]

  function described(resource: string, type: string) {
    return { id: resource, name: resource.split('/').at(-1) ?? '', type, location }
  }

  return {
    location,
    resourceGroup,
    subnet,
    networkSecurityGroup,
    identity,
    galleryImage,
    managedImage,
    marketplaceImage,
    windowsImage,
    find: (wanted) => resources.find((resource) => sameName(resource.id, wanted)),
    versions(publisher, offer, sku) {
      const known = [marketplaceImage, windowsImage]
      const found = known.some(
        (image) => sameName(publisher, image.publisher) && sameName(offer, image.offer) && sameName(sku, image.sku),
      )
      return found ? ['0.20250101.1', '0.20260101.1'] : []
    },
  }
}
