/** What the stand-in heeds of the body that makes a VM; the rest is kept and shown again. */
export interface VmBody {
  readonly location?: string
  readonly zones?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  readonly identity?: { readonly type?: string; readonly userAssignedIdentities?: Readonly<Record<string, object>> }
  readonly plan?: object
  readonly properties?: VmProperties
}

export interface VmProperties {
  readonly hardwareProfile?: { readonly vmSize?: string }
  readonly priority?: 'Regular' | 'Low' | 'Spot'
  readonly evictionPolicy?: 'Delete' | 'Deallocate'
  readonly billingProfile?: { readonly maxPrice?: number }
  readonly storageProfile?: { readonly imageReference?: ImageReference; readonly osDisk?: OsDisk }
  readonly osProfile?: OsProfile
  readonly networkProfile?: {
    readonly networkApiVersion?: string
    readonly networkInterfaceConfigurations?: readonly NicConfiguration[]
  }
  readonly securityProfile?: { readonly securityType?: string }
  readonly additionalCapabilities?: { readonly hibernationEnabled?: boolean }
}

export interface ImageReference {
  readonly id?: string
  readonly publisher?: string
  readonly offer?: string
  readonly sku?: string
  readonly version?: string
  readonly communityGalleryImageId?: string
  readonly sharedGalleryImageId?: string
}

export interface OsDisk {
  readonly name?: string
  readonly osType?: string
  readonly createOption?: string
  readonly deleteOption?: string
  readonly caching?: string
  readonly diskSizeGB?: number
  readonly diffDiskSettings?: { readonly option?: string; readonly placement?: string }
  readonly managedDisk?: { readonly storageAccountType?: string }
}

export interface OsProfile {
  readonly computerName?: string
  readonly adminUsername?: string
  readonly adminPassword?: string
  readonly customData?: string
  readonly linuxConfiguration?: {
    readonly disablePasswordAuthentication?: boolean
    readonly ssh?: { readonly publicKeys?: readonly object[] }
  }
  readonly windowsConfiguration?: object
}

export interface NicConfiguration {
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly properties?: {
    readonly primary?: boolean
    readonly deleteOption?: string
    readonly enableAcceleratedNetworking?: boolean
    readonly networkSecurityGroup?: { readonly id?: string }
    readonly ipConfigurations?: readonly IpConfiguration[]
  }
}

export interface IpConfiguration {
  readonly name?: string
  readonly properties?: {
    readonly subnet?: { readonly id?: string }
    readonly primary?: boolean
    readonly publicIPAddressConfiguration?: {
      readonly name?: string
      readonly tags?: Readonly<Record<string, string>>
      readonly properties?: { readonly deleteOption?: string }
    }
  }
}
