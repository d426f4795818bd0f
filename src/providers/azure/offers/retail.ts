import { z } from 'zod'

/** Retail prices for an hour, in nano-units of the currency. */
export interface RetailPrice {
  readonly regular?: bigint
  readonly spot?: bigint
}

const itemSchema = z.object({
  retailPrice: z.number(),
  meterName: z.string().default(''),
  productName: z.string().default(''),
  skuName: z.string().default(''),
  armSkuName: z.string().default(''),
  unitOfMeasure: z.string().default(''),
  type: z.string().default('Consumption'),
  effectiveStartDate: z.string().optional(),
})
export type RetailItem = z.output<typeof itemSchema>

export const retailPageSchema = z.object({
  Items: z.array(itemSchema).default([]),
  NextPageLink: z.string().nullish(),
})

const HOURS_A_MONTH = 730n

/** The query for the prices of sizes. Quotes are doubled as OData wants it, though no name has one. */
export function sizesFilter(location: string, sizes: readonly string[]): string {
  const names = sizes.map((size) => `armSkuName eq '${quoted(size)}'`).join(' or ')
  return `serviceName eq 'Virtual Machines' and armRegionName eq '${quoted(location)}' and priceType eq 'Consumption' and (${names})`
}

export function diskFilter(location: string, sku: string): string {
  return `serviceName eq 'Storage' and armRegionName eq '${quoted(location)}' and priceType eq 'Consumption' and skuName eq '${quoted(sku)}'`
}

/** Prices by size. Windows has products of its own, Spot meters of its own; other services' are left out. */
export function pricesOf(items: readonly RetailItem[], os: 'linux' | 'windows', now: number): Map<string, RetailPrice> {
  const found = new Map<string, { regular?: bigint; spot?: bigint }>()
  for (const item of oldestFirst(items, now)) {
    const { productName, meterName, skuName, armSkuName } = item
    if (item.type !== 'Consumption' || item.unitOfMeasure !== '1 Hour' || !armSkuName) continue
    if (/cloud ?services|dedicated host/i.test(productName) || /low priority/i.test(`${meterName} ${skuName}`)) continue
    if (/windows/i.test(productName) !== (os === 'windows')) continue
    const kind = /\bspot\b/i.test(`${meterName} ${skuName}`) ? 'spot' : 'regular'
    const price = found.get(armSkuName) ?? {}
    price[kind] = nanosOf(item.retailPrice)
    found.set(armSkuName, price)
  }
  return found
}

/** An hour of a disk, whose price is by the month. */
export function diskPriceOf(items: readonly RetailItem[], now: number): bigint | undefined {
  const disks = oldestFirst(items, now).filter(
    ({ meterName, unitOfMeasure, type }) =>
      type === 'Consumption' && unitOfMeasure === '1/Month' && /^\S+( [LZ]RS)? Disks?$/.test(meterName),
  )
  const newest = disks.at(-1)
  return newest && nanosOf(newest.retailPrice) / HOURS_A_MONTH
}

const TIERS = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096] as const
const TIER_NAMES = ['1', '2', '3', '4', '6', '10', '15', '20', '30', '40', '50'] as const

/** What Azure bills a managed disk as: `P6 LRS` for a premium one of 64 GiB. Kinds without a small tier take the next. */
export function diskSku(type: string, gib: number): string {
  const [kind = '', redundancy = 'LRS'] = type.split('_')
  const letter = kind === 'Premium' ? 'P' : kind === 'StandardSSD' ? 'E' : 'S'
  const least = letter === 'S' ? 32 : 4
  const tier = TIERS.findIndex((size) => size >= Math.max(gib, least))
  return `${letter}${TIER_NAMES[tier] ?? '50'} ${redundancy}`
}

/** Through the decimal text: a product of floating point would be off by a nano-unit here and there. */
export function nanosOf(price: number): bigint {
  const [whole = '0', fraction = ''] = price.toFixed(9).split('.')
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** So that the newest price in force comes last; those of days to come are left out. */
function oldestFirst(items: readonly RetailItem[], now: number): RetailItem[] {
  const start = ({ effectiveStartDate }: RetailItem) => Date.parse(effectiveStartDate ?? '') || 0
  return items.filter((item) => start(item) <= now).sort((a, b) => start(a) - start(b))
}

function quoted(text: string): string {
  return text.replaceAll("'", "''")
}
