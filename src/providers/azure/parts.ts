import { z } from 'zod'
import type { Arm } from './connection/arm.ts'
import { partNames, readTags, type OurTags } from './tags.ts'

/** Something that was made together with a machine, and must go with it. */
export interface Part {
  readonly kind: 'network interface' | 'disk' | 'public address'
  readonly id: string
  readonly name: string
  readonly tags: OurTags | undefined
  /** Id of what it hangs on. */
  readonly attachedTo?: string
  readonly leaving: boolean
  readonly privateAddress?: string
}

const common = {
  id: z.string(),
  name: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
}
const idOnly = z.object({ id: z.string() }).nullish()

const interfaceSchema = z.object({
  ...common,
  properties: z.object({
    provisioningState: z.string().nullish(),
    virtualMachine: idOnly,
    ipConfigurations: z
      .array(
        z.object({
          properties: z.object({ primary: z.boolean().nullish(), privateIPAddress: z.string().nullish() }).nullish(),
        }),
      )
      .nullish(),
  }),
})
const diskSchema = z.object({
  ...common,
  managedBy: z.string().nullish(),
  properties: z.object({ provisioningState: z.string().nullish() }).nullish(),
})
const addressSchema = z.object({
  ...common,
  properties: z.object({ provisioningState: z.string().nullish(), ipConfiguration: idOnly }).nullish(),
})

const NETWORK = 'api-version=2024-05-01'
const DISKS = 'api-version=2024-03-02'
const VERSIONS: Readonly<Record<Part['kind'], string>> = {
  'network interface': NETWORK,
  disk: DISKS,
  'public address': NETWORK,
}

export async function listInterfaces(arm: Arm, group: string, signal: AbortSignal): Promise<Part[]> {
  const found = await arm.pages(`${group}/providers/Microsoft.Network/networkInterfaces?${NETWORK}`, signal)
  return z
    .array(interfaceSchema)
    .parse(found)
    .map(({ id, name, tags, properties }) => {
      const addresses = properties.ipConfigurations ?? []
      const main = addresses.find((address) => address.properties?.primary) ?? addresses[0]
      const address = main?.properties?.privateIPAddress
      const machine = properties.virtualMachine?.id
      return {
        kind: 'network interface',
        id,
        name,
        tags: readTags(tags ?? undefined),
        leaving: properties.provisioningState === 'Deleting',
        ...(machine !== undefined && { attachedTo: machine }),
        ...(address && { privateAddress: address }),
      }
    })
}

export async function listDisks(arm: Arm, group: string, signal: AbortSignal): Promise<Part[]> {
  const found = await arm.pages(`${group}/providers/Microsoft.Compute/disks?${DISKS}`, signal)
  return z
    .array(diskSchema)
    .parse(found)
    .map(({ id, name, tags, managedBy, properties }) => ({
      kind: 'disk',
      id,
      name,
      tags: readTags(tags ?? undefined),
      leaving: properties?.provisioningState === 'Deleting',
      ...(managedBy && { attachedTo: managedBy }),
    }))
}

export async function listAddresses(arm: Arm, group: string, signal: AbortSignal): Promise<Part[]> {
  const found = await arm.pages(`${group}/providers/Microsoft.Network/publicIPAddresses?${NETWORK}`, signal)
  return z
    .array(addressSchema)
    .parse(found)
    .map(({ id, name, tags, properties }) => ({
      kind: 'public address',
      id,
      name,
      tags: readTags(tags ?? undefined),
      leaving: properties?.provisioningState === 'Deleting',
      ...(properties?.ipConfiguration && { attachedTo: properties.ipConfiguration.id }),
    }))
}

export async function deletePart(arm: Arm, { id, kind }: Part, signal: AbortSignal): Promise<void> {
  await arm.rest('DELETE', `${id}?${VERSIONS[kind]}`, signal)
}

/**
 * Whether it was made with the machine. By our tags; a disk that lost them, or never got any, by its name, which
 * nobody else gives.
 */
export function belongsTo(part: Part, owner: string, machine: string): boolean {
  if (part.tags) return part.tags.owner === owner && part.tags.machine === machine
  return part.kind === 'disk' && part.name === partNames.disk(machine)
}
