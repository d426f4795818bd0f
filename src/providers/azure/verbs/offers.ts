import type { Offer } from '../../../domain/offer.ts'
import type { Resources } from '../../../domain/resources.ts'
import type { AzureFleet } from '../context.ts'
import { diskBytes, diskProblem, placementFor } from '../making/disk.ts'
import type { Size } from '../making/size.ts'
import type { Prices } from '../offers/price-list.ts'
import { quotaFor, type Usage } from '../offers/quota.ts'
import { diskSku } from '../offers/retail.ts'
import type { AzureFleetConfig } from '../schema.ts'

interface Known {
  readonly sizes: ReadonlyMap<string, Size>
  readonly usage: ReadonlyMap<string, Usage>
  readonly prices: Prices | undefined
}

const GIB = 2 ** 30
const unknownSize: Resources = { milliCpu: 0, memory: 0, disk: 0 }

/**
 * Every size in every zone, in the order of the configuration: all Spot ones first, where Spot is enabled, then those
 * on demand. What can't be had is listed too, with why.
 */
export async function offers(fleet: AzureFleet): Promise<Offer[]> {
  const { config, catalog, logger } = fleet
  const [sizes, usage] = await Promise.all([
    catalog.sizes(),
    catalog.usage().catch((error: unknown) => {
      logger.warn({ fleet: config.name, error: String(error) }, 'quotas can not be read')
      return new Map<string, Usage>()
    }),
  ])
  const known = { sizes, usage, prices: await readPrices(fleet, sizes) }
  const kinds = config.spot.enabled ? (config.spot.fallback ? [true, false] : [true]) : [false]
  const zones = config.zones.length > 0 ? config.zones : [undefined]
  return kinds.flatMap((spot) =>
    config.sizes.flatMap((sizeName) => zones.map((zone) => offerOf(config, known, sizeName, zone, spot))),
  )
}

/** The currency that people think of this fleet in. */
export function currencyOf({ limits, prices }: AzureFleetConfig): string {
  return limits.moneyPerDay?.currency ?? Object.values(prices)[0]?.currency ?? 'USD'
}

function readPrices({ config, prices }: AzureFleet, sizes: Known['sizes']): Promise<Prices | undefined> {
  const onNetwork = config.sizes.some((name) => {
    const size = sizes.get(name)
    return size !== undefined && placementFor(config, size) === undefined
  })
  return prices.of({
    location: config.location,
    os: config.os,
    currency: currencyOf(config),
    sizes: config.sizes,
    ...(onNetwork && { disk: diskSku(config.osDisk.type, diskBytes(config) / GIB) }),
  })
}

function offerOf(
  config: AzureFleetConfig,
  known: Known,
  sizeName: string,
  zone: string | undefined,
  spot: boolean,
): Offer {
  const key = [sizeName, zone, spot ? 'spot' : undefined].filter((part) => part !== undefined).join('/')
  const named = { key, sizeName, spot, ...(zone !== undefined && { zone }) }
  const size = known.sizes.get(sizeName)
  if (!size) return { ...named, size: unknownSize, refused: `${config.location} has no size ${sizeName}` }

  const priced = priceOf(config, known.prices, size, spot)
  const quota = quotaFor(size, spot, known.usage)
  const refused = refusal(config, size, zone, spot) ?? tooDear(config, known.prices, size, spot)
  return {
    ...named,
    size: { milliCpu: size.cores * 1000, memory: size.memory, disk: diskBytes(config) },
    ...priced,
    ...(quota !== undefined && { quota }),
    ...(refused !== undefined && { refused }),
  }
}

/** Why Azure would not make it; each of these it would say itself, but only after a try. */
function refusal(config: AzureFleetConfig, size: Size, zone: string | undefined, spot: boolean): string | undefined {
  const restricted = size.restrictions.get('') ?? (zone !== undefined ? size.restrictions.get(zone) : undefined)
  if (restricted !== undefined) return zone === undefined ? restricted : `${restricted} (zone ${zone})`
  if (zone !== undefined && !size.zones.includes(zone)) return `zone ${zone} does not have it`
  if (spot && !size.spot) return 'it can’t be Spot'
  if (config.trustedLaunch && !size.trustedLaunch) return 'it has no Trusted Launch: set `trustedLaunch: false`'
  return diskProblem(config, size)
}

function tooDear(
  { spot: { maxPrice } }: AzureFleetConfig,
  prices: Prices | undefined,
  size: Size,
  spot: boolean,
): string | undefined {
  const price = prices?.sizes.get(size.name)?.spot
  if (!spot || !maxPrice || price === undefined || prices?.currency !== maxPrice.currency) return undefined
  return price > maxPrice.nanos ? 'its Spot price is above spot.maxPrice' : undefined
}

/** The configuration's price is taken as it is; Azure's is the machine's and, where it has one, its disk's. */
function priceOf(
  config: AzureFleetConfig,
  prices: Prices | undefined,
  size: Size,
  spot: boolean,
): Pick<Offer, 'price' | 'stoppedPrice' | 'priceAt'> {
  const disk = placementFor(config, size) === undefined ? prices?.disk : 0n
  const currency = prices?.currency ?? currencyOf(config)
  const stopped = disk === undefined ? {} : { stoppedPrice: { nanos: disk, currency } }
  const configured = config.prices[spot ? `${size.name}/spot` : size.name]
  if (configured) return { price: configured, ...stopped }
  const retail = prices?.sizes.get(size.name)
  const hour = spot ? retail?.spot : retail?.regular
  if (!prices || hour === undefined) return stopped
  return { price: { nanos: hour + (disk ?? 0n), currency }, ...stopped, priceAt: prices.at }
}
