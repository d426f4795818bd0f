import { z } from 'zod'
import { NotFound } from '../../../domain/errors.ts'
import type { AzureFleet } from '../context.ts'
import type { Remark } from './remark.ts'

const subnetSchema = z.object({
  properties: z.object({
    addressPrefix: z.string().optional(),
    addressPrefixes: z.array(z.string()).optional(),
    ipConfigurations: z.array(z.unknown()).optional(),
  }),
})

/** Whether the subnet is there and has addresses for as many machines as the fleet may have. */
export async function examineSubnet({ config, arm, calls }: AzureFleet): Promise<Remark[]> {
  const path = `${config.subnetId}?api-version=2024-05-01`
  const name = config.subnetId.split('/').at(-1) ?? ''
  try {
    const found = await calls.read(`looking at subnet ${name}`, (signal) => arm.rest('GET', path, signal))
    const { properties } = subnetSchema.parse(found)
    const prefixes = properties.addressPrefixes ?? (properties.addressPrefix ? [properties.addressPrefix] : [])
    const free = freeAddresses(prefixes, properties.ipConfigurations?.length ?? 0)
    if (free === undefined) return [{ level: 'ok', finding: `subnet ${name} is there` }]
    if (free >= config.limits.machines) return [{ level: 'ok', finding: `subnet ${name} has ${free} free addresses` }]
    return [
      {
        level: free === 0 ? 'error' : 'warning',
        finding: `subnet ${name} has ${free} free addresses, and the fleet may have ${config.limits.machines} machines`,
        mend: 'give the fleet a larger subnet, or lower limits.machines',
      },
    ]
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    const mend = 'make it with `az network vnet subnet create`, or correct subnetId'
    return [{ level: 'error', finding: `there is no subnet ${config.subnetId}`, mend }]
  }
}

/** Of the IPv4 ranges; Azure keeps five addresses of each for itself. Undefined: there is no such range. */
export function freeAddresses(prefixes: readonly string[], used: number): number | undefined {
  const lengths = prefixes.filter((prefix) => prefix.includes('.')).map((prefix) => Number(prefix.split('/')[1]))
  if (lengths.length === 0) return undefined
  const all = lengths.reduce((sum, length) => sum + Math.max(0, 2 ** (32 - length) - 5), 0)
  return Math.max(0, all - used)
}
