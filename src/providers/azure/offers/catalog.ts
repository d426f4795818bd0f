import type { Clock } from '../../../domain/ports/clock.ts'
import type { Logger } from '../../../domain/ports/logger.ts'
import type { Arm } from '../connection/arm.ts'
import type { Calls } from '../connection/call.ts'
import { collect } from '../inventory.ts'
import { sizeOf, type Size } from '../making/size.ts'
import { createAged } from './aged.ts'
import type { Usage } from './quota.ts'

/** What a location has for the subscription. Rejects as calls to Azure do. */
export interface Catalog {
  /** Sizes by name. */
  sizes(): Promise<ReadonlyMap<string, Size>>
  /** What of the quotas is used, by Azure's name of each. */
  usage(): Promise<ReadonlyMap<string, Usage>>
}

export interface CatalogOptions {
  readonly arm: Arm
  readonly calls: Calls
  readonly clock: Clock
  readonly logger: Logger
  readonly location: string
}

/** The list of sizes has megabytes and changes rarely. */
const SIZES_MS = 6 * 3_600_000
const USAGE_MS = 60_000

export function createCatalog({ arm, calls, clock, logger, location }: CatalogOptions): Catalog {
  const sizes = createAged({
    clock,
    logger,
    what: `sizes in ${location}`,
    maxAgeMs: SIZES_MS,
    read: () =>
      calls.read(`listing sizes in ${location}`, async (abortSignal) => {
        const skus = await collect(arm.compute.resourceSkus.list({ filter: `location eq '${location}'`, abortSignal }))
        return new Map(skus.flatMap((sku) => named(sizeOf(sku, location))))
      }),
  })
  const usage = createAged({
    clock,
    logger,
    what: `quotas in ${location}`,
    maxAgeMs: USAGE_MS,
    read: () =>
      calls.read(`reading quotas in ${location}`, async (abortSignal) => {
        const found = await collect(arm.compute.usage.list(location, { abortSignal }))
        return new Map(
          found.map(({ name, currentValue, limit }): [string, Usage] => [
            (name.value ?? '').toLowerCase(),
            { name: name.localizedValue ?? name.value ?? '', used: currentValue, limit },
          ]),
        )
      }),
  })
  return {
    sizes: async () => (await sizes()).value,
    usage: async () => (await usage()).value,
  }
}

function named(size: Size | undefined): [string, Size][] {
  return size ? [[size.name, size]] : []
}
