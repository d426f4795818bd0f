import { z } from 'zod'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { Logger } from '../../../domain/ports/logger.ts'
import { diskFilter, diskPriceOf, pricesOf, sizesFilter, type RetailItem } from './retail.ts'

/** Small texts that outlive the process. */
export interface Cache {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
}

/** Prices for an hour, in nano-units, and our wall time when they were read. */
export interface Prices {
  readonly at: number
  readonly currency: string
  readonly sizes: ReadonlyMap<string, { readonly regular?: bigint; readonly spot?: bigint }>
  readonly disk?: bigint
}

export interface PriceQuestion {
  readonly location: string
  readonly os: 'linux' | 'windows'
  readonly currency: string
  readonly sizes: readonly string[]
  /** What the system disk is billed as; absent where it costs nothing. */
  readonly disk?: string
}

/** Never rejects: what can't be read now is what was stored last, however old, or nothing. */
export interface PriceList {
  of(question: PriceQuestion): Promise<Prices | undefined>
}

export interface PriceListOptions {
  /** All items that match the filter, page by page. */
  readonly fetchItems: (filter: string, currency: string) => Promise<readonly RetailItem[]>
  readonly cache: Cache
  readonly clock: Clock
  readonly logger: Logger
}

const FRESH_MS = 24 * 3_600_000
/** After a failure the list is not asked again for this long. */
const RETRY_MS = 5 * 60_000

const digits = z.string().regex(/^\d+$/)
const storedSchema = z.object({
  at: z.number(),
  sizes: z.record(z.string(), z.object({ regular: digits.optional(), spot: digits.optional() })),
  disk: digits.optional(),
})

export function createPriceList(options: PriceListOptions): PriceList {
  const { clock, logger } = options
  const failedAt = new Map<string, number>()
  const underWay = new Map<string, Promise<Prices | undefined>>()

  async function look(question: PriceQuestion, key: string): Promise<Prices | undefined> {
    const stored = await readStored(options, question, key)
    if (stored && clock.wall() - stored.at < FRESH_MS) return stored
    const failed = failedAt.get(key)
    if (failed !== undefined && clock.monotonic() - failed < RETRY_MS) return stored
    try {
      const fresh = await readList(options, question)
      await options.cache.set(key, storedText(fresh))
      failedAt.delete(key)
      return fresh
    } catch (error) {
      failedAt.set(key, clock.monotonic())
      logger.warn({ location: question.location, error: String(error) }, 'retail prices can not be read')
      return stored
    }
  }

  return {
    of(question) {
      const key = keyOf(question)
      const running = underWay.get(key) ?? look(question, key).finally(() => underWay.delete(key))
      underWay.set(key, running)
      return running
    },
  }
}

/** One entry for each set of sizes: a new size in the configuration is asked for at once. */
function keyOf({ location, os, currency, sizes, disk }: PriceQuestion): string {
  return `azure-prices/${[location, os, currency, disk ?? '-', ...sizes.toSorted()].join('/')}`
}

async function readList(options: PriceListOptions, question: PriceQuestion): Promise<Prices> {
  const { location, os, currency, sizes, disk } = question
  const at = options.clock.wall()
  const [items, diskItems] = await Promise.all([
    options.fetchItems(sizesFilter(location, sizes), currency),
    disk === undefined ? [] : options.fetchItems(diskFilter(location, disk), currency),
  ])
  const diskPrice = diskPriceOf(diskItems, at)
  return { at, currency, sizes: pricesOf(items, os, at), ...(diskPrice !== undefined && { disk: diskPrice }) }
}

async function readStored(
  { cache, logger }: PriceListOptions,
  question: PriceQuestion,
  key: string,
): Promise<Prices | undefined> {
  try {
    const text = await cache.get(key)
    if (text === undefined) return undefined
    const { at, sizes, disk } = storedSchema.parse(JSON.parse(text))
    const entries = Object.entries(sizes).map(
      ([size, { regular, spot }]) =>
        [size, { ...(regular && { regular: BigInt(regular) }), ...(spot && { spot: BigInt(spot) }) }] as const,
    )
    return { at, currency: question.currency, sizes: new Map(entries), ...(disk && { disk: BigInt(disk) }) }
  } catch (error) {
    logger.warn({ key, error: String(error) }, 'stored prices can not be read')
    return undefined
  }
}

function storedText({ at, sizes, disk }: Prices): string {
  const plain = Object.fromEntries(
    [...sizes].map(([size, { regular, spot }]) => [size, { regular: regular?.toString(), spot: spot?.toString() }]),
  )
  return JSON.stringify({ at, sizes: plain, disk: disk?.toString() })
}
