import { badParameter, Refusal } from '../../arm/answer.ts'
import type { Places } from '../places.ts'
import type { Size } from '../sizes.ts'
import type { ImageReference, OsDisk, OsProfile, VmBody } from './body.ts'

/** What a request asks for, once Azure would agree to it. */
export interface VmOrder {
  readonly body: VmBody
  readonly size: Size
  readonly spot: boolean
  readonly zone?: string
  readonly diskGiB: number
  readonly customData: string
}

interface Catalogue {
  readonly places: Places
  readonly sizes: readonly Size[]
}

const customDataLimit = 65_535

/** Checks a body as Azure does. Throws `Refusal` with its codes. */
export function readOrder(body: VmBody, { places, sizes }: Catalogue): VmOrder {
  const { location, zones = [], properties = {} } = body
  if (location === undefined)
    throw new Refusal(400, 'LocationRequired', 'The location property is required for this definition.')
  if (location !== places.location) {
    throw new Refusal(
      400,
      'LocationNotAvailableForResourceType',
      `The provided location '${location}' is not available.`,
    )
  }
  if (zones.length > 1) throw badParameter('A virtual machine can be in one zone only.')
  const [zone] = zones
  const size = readSize(properties.hardwareProfile?.vmSize, sizes, location, zone)
  const spot = properties.priority === 'Spot' || properties.priority === 'Low'
  if (spot && !size.spot) throw badParameter(`The size '${size.name}' is not supported for Spot priority.`)
  if (!spot && (properties.evictionPolicy ?? properties.billingProfile) !== undefined) {
    throw new Refusal(
      409,
      'OperationNotAllowed',
      'evictionPolicy and billingProfile can be set only for Spot machines.',
    )
  }
  readImage(properties.storageProfile?.imageReference, places)
  const diskGiB = readDisk(properties.storageProfile?.osDisk, size)
  if (properties.additionalCapabilities?.hibernationEnabled) demandHibernation(body, size, spot)
  if (properties.securityProfile?.securityType === 'TrustedLaunch' && !size.trustedLaunch) {
    throw badParameter(`The VM size '${size.name}' is not supported with Trusted Launch.`)
  }
  readNetwork(body, size, places)
  return { body, size, spot, zone, diskGiB, customData: readOsProfile(properties.osProfile) }
}

function readSize(name: string | undefined, sizes: readonly Size[], location: string, zone: string | undefined): Size {
  const size = sizes.find((each) => each.name === name)
  if (!size) throw badParameter(`The value ${name} provided for the VM size is not valid.`)
  const { restricted = [] } = size
  const closed =
    restricted === 'location' || (zone !== undefined && (restricted.includes(zone) || !size.zones.includes(zone)))
  if (!closed) return size
  const where = zone === undefined ? `location '${location}'` : `location '${location}' zones '${zone}'`
  const message = `The requested size for resource is currently not available in ${where} for this subscription. Please try another size or deploy to a different location or zones. See https://aka.ms/azureskunotavailable for details.`
  throw new Refusal(409, 'SkuNotAvailable', message)
}

function readImage(image: ImageReference | undefined, places: Places): void {
  if (!image)
    throw new Refusal(400, 'MissingMoveDependentResources', "Required parameter 'imageReference' is missing (null).")
  if (image.id !== undefined) {
    if (places.find(image.id)) return
    throw new Refusal(
      404,
      'GalleryImageNotFound',
      `The gallery image ${image.id} is not available in ${places.location} region.`,
    )
  }
  if ((image.communityGalleryImageId ?? image.sharedGalleryImageId) !== undefined) return
  const { publisher = '', offer = '', sku = '', version = '' } = image
  const versions = places.versions(publisher, offer, sku)
  if (versions.length > 0 && (version === 'latest' || versions.includes(version))) return
  const message = `The platform image '${publisher}:${offer}:${sku}:${version}' is not available. Verify that all fields in the storage profile are correct.`
  throw new Refusal(404, 'PlatformImageNotFound', message)
}

/** The size of the system disk in GiB. */
function readDisk(disk: OsDisk | undefined, size: Size): number {
  if (disk?.createOption !== 'FromImage')
    throw badParameter("Required parameter 'osDisk.createOption' must be 'FromImage'.")
  const gib = disk.diskSizeGB ?? 30
  if (gib < 30) throw badParameter(`The specified disk size ${gib} GB is smaller than the size of the image (30 GB).`)
  if (disk.diffDiskSettings?.option !== 'Local') return gib
  if (disk.caching !== 'ReadOnly') throw badParameter('Ephemeral OS disks need caching ReadOnly.')
  const room = disk.diffDiskSettings.placement === 'ResourceDisk' ? size.temporaryGiB : size.cacheGiB
  if (size.ephemeral && gib <= room) return gib
  const message = `OS disk of Ephemeral VM with size greater than ${room} GB is not allowed for VM size ${size.name}.`
  throw new Refusal(409, 'OperationNotAllowed', message)
}

function demandHibernation(body: VmBody, size: Size, spot: boolean): void {
  const ephemeral = body.properties?.storageProfile?.osDisk?.diffDiskSettings !== undefined
  if (size.hibernation && !spot && !ephemeral) return
  throw badParameter('Hibernation is not supported for this VM size, Spot VMs or ephemeral OS disks.')
}

function readNetwork(body: VmBody, size: Size, places: Places): void {
  const profile = body.properties?.networkProfile
  const configurations = profile?.networkInterfaceConfigurations ?? []
  if (configurations.length === 0) throw new Refusal(400, 'NetworkProfileRequired', 'A network interface is required.')
  if (profile?.networkApiVersion === undefined) {
    throw badParameter('networkApiVersion is required with networkInterfaceConfigurations.')
  }
  for (const { name, properties = {} } of configurations) {
    if (name === undefined) throw badParameter('networkInterfaceConfigurations.name is required.')
    if (properties.enableAcceleratedNetworking && !size.acceleratedNetworking) {
      throw new Refusal(400, 'VMSizeIsNotPermittedToEnableAcceleratedNetworking', `The size ${size.name} can not.`)
    }
    const addresses = properties.ipConfigurations ?? []
    if (addresses.length === 0) throw badParameter('An interface needs an IP configuration.')
    demandPlaces([properties.networkSecurityGroup?.id], places)
    for (const address of addresses) {
      if (address.properties?.subnet?.id === undefined) throw badParameter('An IP configuration needs a subnet.')
      demandPlaces([address.properties.subnet.id], places)
    }
  }
  demandPlaces(Object.keys(body.identity?.userAssignedIdentities ?? {}), places)
}

function demandPlaces(ids: readonly (string | undefined)[], places: Places): void {
  for (const id of ids) {
    if (id === undefined || places.find(id)) continue
    throw new Refusal(400, 'InvalidResourceReference', `Resource ${id} referenced by the request was not found.`)
  }
}

/** The decoded custom data. */
function readOsProfile(profile: OsProfile | undefined): string {
  const {
    computerName = '',
    adminUsername = '',
    customData = '',
    linuxConfiguration,
    windowsConfiguration,
  } = profile ?? {}
  if (!/^[a-z][a-z0-9-]{0,63}$/i.test(computerName))
    throw badParameter(`The computer name '${computerName}' is not valid.`)
  if (windowsConfiguration && computerName.length > 15)
    throw badParameter('Windows computer names have at most 15 characters.')
  if (adminUsername === '' || ['root', 'admin', 'administrator'].includes(adminUsername)) {
    throw badParameter('The Admin Username specified is not allowed.')
  }
  const keys = linuxConfiguration?.ssh?.publicKeys ?? []
  if (keys.length === 0 && profile?.adminPassword === undefined) {
    throw badParameter('Authentication using either SSH or by user name and password must be enabled in Linux profile.')
  }
  const decoded = Buffer.from(customData, 'base64')
  if (decoded.toString('base64') !== customData)
    throw badParameter('Custom data in OSProfile must be in Base64 encoding.')
  if (decoded.length <= customDataLimit) return decoded.toString('utf8')
  throw badParameter(
    `Custom data in OSProfile must be in Base64 encoding and with a maximum length of ${customDataLimit} bytes.`,
  )
}
