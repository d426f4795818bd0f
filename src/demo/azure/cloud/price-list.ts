import type { Size } from './sizes.ts'

export interface PriceOptions {
  /** Default USD; the list is the same number in any currency. */
  readonly currency?: string
  /** Prices of these sizes are not on the list. */
  readonly missing?: readonly string[]
  /** Default 0.2. */
  readonly spotShare?: number
}

/** One line of the retail price list, as its API gives it. */
export interface PriceItem {
  readonly currencyCode: string
  readonly tierMinimumUnits: number
  readonly retailPrice: number
  readonly unitPrice: number
  readonly armRegionName: string
  readonly location: string
  readonly effectiveStartDate: string
  readonly meterId: string
  readonly meterName: string
  readonly productId: string
  readonly skuId: string
  readonly productName: string
  readonly skuName: string
  readonly serviceName: string
  readonly serviceId: string
  readonly serviceFamily: string
  readonly unitOfMeasure: string
  readonly type: string
  readonly isPrimaryMeterRegion: boolean
  readonly armSkuName: string
  readonly reservationTerm?: string
}

/** Standard SSD tiers and what a month of one costs. */
const disks: readonly (readonly [string, number])[] = [
  ['E4', 2.4],
  ['E6', 4.8],
  ['E10', 9.6],
  ['E15', 19.2],
  ['E20', 38.4],
]
const premiumDisks: readonly (readonly [string, number])[] = [
  ['P4', 5.81],
  ['P6', 11.23],
  ['P10', 21.68],
  ['P15', 41.82],
  ['P20', 80.54],
]

/** The list for one region: each size on demand, as Spot, on Windows, reserved, and under names that mislead. */
export function priceList(sizes: readonly Size[], region: string, options: PriceOptions = {}): PriceItem[] {
  const listed = sizes.filter(({ name }) => !options.missing?.includes(name))
  return [
    ...listed.flatMap((size) => sizeItems(size, region, options)),
    ...diskItems('Standard SSD Managed Disks', disks, region, options),
    ...diskItems('Premium SSD Managed Disks', premiumDisks, region, options),
  ]
}

function sizeItems(size: Size, region: string, { currency = 'USD', spotShare = 0.2 }: PriceOptions): PriceItem[] {
  const short = size.name.replace('Standard_', '').replaceAll('_', ' ')
  const product = `Virtual Machines ${size.family.replace('standard', '').replace('Family', '')} Series`
  const base = {
    ...facts(region, currency, `vm/${size.name}`),
    meterName: short,
    skuName: short,
    productName: product,
    serviceName: 'Virtual Machines',
    serviceId: 'DZH313Z7MMC8',
    serviceFamily: 'Compute',
    unitOfMeasure: '1 Hour',
    armSkuName: size.name,
  }
  const windows = `${product} Windows`
  const spot = { meterName: `${short} Spot`, skuName: `${short} Spot` }
  const low = { meterName: `${short} Low Priority`, skuName: `${short} Low Priority` }
  return [
    { ...base, ...costs(size.price) },
    { ...base, ...costs(size.price * 1.7), productName: windows },
    ...(size.spot
      ? [
          { ...base, ...spot, ...costs(size.price * spotShare) },
          { ...base, ...spot, ...costs(size.price * spotShare * 1.7), productName: windows },
          { ...base, ...low, ...costs(size.price * 0.2 + 0.001) },
        ]
      : []),
    { ...base, ...costs(size.price * 0.9), type: 'DevTestConsumption' },
    { ...base, ...costs(size.price * 5_000), type: 'Reservation', reservationTerm: '1 Year' },
    { ...base, ...costs(size.price * 1.25), productName: `${product.replace('Virtual Machines ', '')} Cloud Services` },
  ]
}

function diskItems(
  productName: string,
  tiers: readonly (readonly [string, number])[],
  region: string,
  { currency = 'USD' }: PriceOptions,
): PriceItem[] {
  return tiers.flatMap(([tier, month]) => {
    const base = {
      ...facts(region, currency, `disk/${tier}`),
      skuName: `${tier} LRS`,
      productName,
      serviceName: 'Storage',
      serviceId: 'DZH317F1HKN0',
      serviceFamily: 'Storage',
      unitOfMeasure: '1/Month',
      armSkuName: `${productName.startsWith('Premium') ? 'Premium' : 'Standard'}_SSD_Managed_Disk_${tier}`,
    }
    return [
      { ...base, ...costs(month), meterName: `${tier} LRS Disk` },
      { ...base, ...costs(month / 20), meterName: `${tier} LRS Disk Mount` },
    ]
  })
}

function facts(region: string, currencyCode: string, id: string) {
  return {
    currencyCode,
    tierMinimumUnits: 0,
    armRegionName: region,
    location: region,
    effectiveStartDate: '2024-01-01T00:00:00Z',
    meterId: `meter/${id}`,
    productId: `product/${id}`,
    skuId: `sku/${id}`,
    type: 'Consumption',
    isPrimaryMeterRegion: true,
  }
}

function costs(price: number): { readonly retailPrice: number; readonly unitPrice: number } {
  const rounded = Math.round(price * 1e6) / 1e6
  return { retailPrice: rounded, unitPrice: rounded }
}
