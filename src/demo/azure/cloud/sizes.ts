/** A kind of machine that can be had. */
export interface Size {
  readonly name: string
  /** Names its quota. */
  readonly family: string
  readonly vCpus: number
  readonly memoryGiB: number
  /** Room for a system disk on the host's cache; 0 for none. */
  readonly cacheGiB: number
  /** A temporary disk on the host; 0 for none. */
  readonly temporaryGiB: number
  readonly zones: readonly string[]
  /** Why it can't be had here: nowhere, or not in these zones. */
  readonly restricted?: 'location' | readonly string[]
  readonly spot: boolean
  readonly ephemeral: boolean
  readonly hibernation: boolean
  readonly trustedLaunch: boolean
  readonly acceleratedNetworking: boolean
  readonly architecture: 'x64' | 'Arm64'
  /** For an hour of Linux, in the list's currency. */
  readonly price: number
}

const common = {
  zones: ['1', '2', '3'],
  spot: true,
  ephemeral: true,
  hibernation: true,
  trustedLaunch: true,
  acceleratedNetworking: true,
  architecture: 'x64',
} as const

/** A few of Azure's own, with what matters to those who choose among them. */
export const someSizes: readonly Size[] = [
  sizeOf('Standard_D2ds_v5', 'standardDDSv5Family', 2, 8, 50, 75, 0.135),
  sizeOf('Standard_D4ds_v5', 'standardDDSv5Family', 4, 16, 100, 150, 0.27),
  sizeOf('Standard_D8ds_v5', 'standardDDSv5Family', 8, 32, 200, 300, 0.54),
  { ...sizeOf('Standard_D4s_v5', 'standardDSv5Family', 4, 16, 0, 0, 0.23), ephemeral: false },
  { ...sizeOf('Standard_D8s_v5', 'standardDSv5Family', 8, 32, 0, 0, 0.46), ephemeral: false },
  { ...sizeOf('Standard_F4s_v2', 'standardFSv2Family', 4, 8, 64, 32, 0.194), restricted: ['2'] },
  { ...sizeOf('Standard_E4ds_v5', 'standardEDSv5Family', 4, 32, 100, 150, 0.346), restricted: 'location' },
  { ...sizeOf('Standard_D4ps_v5', 'standardDPSv5Family', 4, 16, 0, 0, 0.184), architecture: 'Arm64', ephemeral: false },
  {
    ...sizeOf('Standard_B2s', 'standardBSFamily', 2, 4, 30, 8, 0.048),
    spot: false,
    hibernation: false,
    acceleratedNetworking: false,
  },
]

function sizeOf(
  name: string,
  family: string,
  vCpus: number,
  memoryGiB: number,
  cacheGiB: number,
  temporaryGiB: number,
  price: number,
): Size {
  return { ...common, name, family, vCpus, memoryGiB, cacheGiB, temporaryGiB, price }
}

/** How a size is listed: capabilities and restrictions as texts. */
export function skuShape(size: Size, location: string): object {
  return {
    resourceType: 'virtualMachines',
    name: size.name,
    tier: 'Standard',
    size: size.name.replace('Standard_', ''),
    family: size.family,
    locations: [location],
    locationInfo: [{ location, zones: size.zones, zoneDetails: [] }],
    capabilities: Object.entries(capabilities(size)).map(([name, value]) => ({ name, value: String(value) })),
    restrictions: restrictions(size, location),
  }
}

const mib = 1024 ** 2

function capabilities(size: Size): Readonly<Record<string, string | number>> {
  return {
    MaxResourceVolumeMB: size.temporaryGiB * 1024,
    OSVhdSizeMB: 1_047_552,
    vCPUs: size.vCpus,
    vCPUsAvailable: size.vCpus,
    HyperVGenerations: size.trustedLaunch ? 'V1,V2' : 'V1',
    ...(!size.trustedLaunch && { TrustedLaunchDisabled: 'True' }),
    MemoryGB: size.memoryGiB,
    MaxDataDiskCount: size.vCpus * 2,
    CpuArchitectureType: size.architecture,
    LowPriorityCapable: words(size.spot),
    PremiumIO: 'True',
    VMDeploymentTypes: 'IaaS',
    ...(size.cacheGiB > 0 && { CachedDiskBytes: size.cacheGiB * 1024 * mib }),
    EncryptionAtHostSupported: 'True',
    AcceleratedNetworkingEnabled: words(size.acceleratedNetworking),
    RdmaEnabled: 'False',
    MaxNetworkInterfaces: 2,
    EphemeralOSDiskSupported: words(size.ephemeral),
    ...(size.ephemeral && { SupportedEphemeralOSDiskPlacements: 'CacheDisk,ResourceDisk' }),
    ...(size.hibernation && { HibernationSupported: 'True' }),
  }
}

function restrictions({ restricted }: Size, location: string): object[] {
  if (restricted === undefined) return []
  const reason = { reasonCode: 'NotAvailableForSubscription' }
  const whole = { type: 'Location', values: [location], restrictionInfo: { locations: [location] }, ...reason }
  if (restricted === 'location') return [whole]
  return [{ ...whole, type: 'Zone', restrictionInfo: { locations: [location], zones: restricted } }]
}

function words(is: boolean): string {
  return is ? 'True' : 'False'
}
