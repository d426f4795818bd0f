import { z } from 'zod'
import { bytes, count } from '../../kit/schema.ts'
import { elasticFields, hourlyPrice, sizePrices } from '../elastic-schema.ts'
import { imageSchema, resourceId } from './schema/image.ts'
import { consistent } from './schema/consistent.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const spotSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Whether Spot machines are made: cheaper, and taken back at any time.'),
    maxPrice: hourlyPrice()
      .optional()
      .describe('Most that an hour of a Spot machine may cost, in USD. Absent: up to the price on demand.'),
    fallback: z
      .boolean()
      .default(true)
      .describe('Whether machines on demand are made where no Spot machine can be had.'),
  })
  .prefault({})
  .describe('Spot machines.')

const osDiskSchema = z
  .strictObject({
    ephemeral: z
      .union([z.boolean(), z.literal('auto')], { error: "expected true, false or 'auto'" })
      .default('auto')
      .describe('On the host’s own disk: faster, free, gone when stopped. `auto`: where the size allows it.'),
    size: bytes()
      .optional()
      .describe('Size of the disk, whole GiB. Absent: 64Gi on Linux, 128Gi on Windows. No smaller than the image’s.'),
    type: z
      .enum(['Premium_LRS', 'StandardSSD_LRS', 'Standard_LRS', 'Premium_ZRS', 'StandardSSD_ZRS'])
      .default('Premium_LRS')
      .describe('Kind of a disk that is not ephemeral.'),
  })
  .prefault({})
  .describe('Disk of the system, the images and the agents.')

const https = (help: string) => z.url({ protocol: /^https$/, error: help })

/** Virtual machines on Azure. */
export const azureFleetSchema = z
  .strictObject({
    ...elasticFields('5m'),
    provider: z.literal('azure').describe('Virtual machines on Azure.'),
    os: z.enum(['linux', 'windows']).default('linux').describe('What the machines run.'),
    prices: sizePrices(),
    subscriptionId: z
      .string()
      .regex(uuid, { error: 'expected a subscription id, as `az account show --query id` prints it' })
      .describe('Subscription that pays.'),
    resourceGroup: z
      .string()
      .regex(/^[\w.()-]{0,89}[\w()-]$/, { error: 'expected the name of a resource group' })
      .describe('Resource group that the machines are made in. It must exist.'),
    location: z
      .string()
      .regex(/^[a-z][a-z0-9]+$/, { error: "expected a location as `az account list-locations` names it: 'westeurope'" })
      .describe('Where the machines are made.'),
    zones: z
      .array(z.string().regex(/^[1-9]$/, { error: "expected a zone: '1', '2' or '3'" }))
      .default([])
      .describe('Availability zones, in order of preference. Empty: the location’s choice.'),
    sizes: z
      .array(z.string().regex(/^(Standard|Basic)_\w+$/, { error: "expected a size, for example 'Standard_D4s_v5'" }))
      .min(1, { error: "expected at least one size, for example `- 'Standard_D4s_v5'`" })
      .describe('Sizes, in order of preference.'),
    image: imageSchema,
    subnetId: resourceId('Microsoft.Network/virtualNetworks/subnets').describe(
      'Subnet that the machines stand in; Slipway must reach port 2376 of its addresses.',
    ),
    networkSecurityGroupId: resourceId('Microsoft.Network/networkSecurityGroups')
      .optional()
      .describe('Network security group of the machines. Absent: the subnet’s alone.'),
    publicIp: z
      .boolean()
      .default(false)
      .describe('Whether each machine gets a public address for its way out. Slipway itself uses the private one.'),
    spot: spotSchema,
    osDisk: osDiskSchema,
    hibernate: z
      .boolean()
      .default(false)
      .describe('Whether stopped machines hibernate, where their size can: they start with their memory as it was.'),
    trustedLaunch: z.boolean().default(true).describe('Secure boot and a virtual TPM. Needs an image of generation 2.'),
    acceleratedNetworking: z.boolean().default(true).describe('Used where the size has it.'),
    identity: resourceId('Microsoft.ManagedIdentity/userAssignedIdentities')
      .optional()
      .describe('User-assigned identity of the machines. Absent: none. Agents can’t reach it.'),
    customScript: z
      .boolean()
      .default(false)
      .describe(
        'Set machines up by a custom script extension: for Linux images without cloud-init. Windows always does.',
      ),
    adminUsername: z
      .string()
      .regex(/^[a-z][a-z0-9_-]{0,19}$/, { error: "expected a user name, for example 'slipway'" })
      .refine((user) => !['admin', 'administrator', 'root', 'user', 'test', 'guest'].includes(user), {
        error: 'Azure does not take this name for an administrator',
      })
      .default('slipway')
      .describe('Name of the administrator that Azure wants each machine to have.'),
    sshPublicKey: z
      .string()
      .regex(/^(ssh-rsa|ssh-ed25519) \S+/, { error: "expected a public key, 'ssh-rsa …' or 'ssh-ed25519 …'" })
      .optional()
      .describe('Lets its holder log in on Linux. Absent: a key that nobody keeps, so nobody can.'),
    tags: z
      .record(z.string().regex(/^[^<>%&\\?/]{1,512}$/, { error: 'expected a name for a tag' }), z.string().max(256))
      .default({})
      .describe('Tags of your own for all that is made.'),
    writesPerMinute: count(1)
      .default(120)
      .describe('Most calls a minute that make, change or delete something; the subscription’s smallest counts.'),
    endpoint: https("expected an address, for example 'https://management.azure.com'")
      .default('https://management.azure.com')
      .describe('Azure Resource Manager: another one in sovereign clouds.'),
    authorityHost: https("expected an address, for example 'https://login.microsoftonline.com'")
      .optional()
      .describe('Microsoft Entra ID: another one in sovereign clouds.'),
    pricesEndpoint: https("expected an address, for example 'https://prices.azure.com'")
      .default('https://prices.azure.com')
      .describe('Azure’s list of retail prices.'),
  })
  .check(consistent)
  .describe('Virtual machines on Azure, made and deleted as demand goes.')

export type AzureFleetConfig = z.output<typeof azureFleetSchema>
