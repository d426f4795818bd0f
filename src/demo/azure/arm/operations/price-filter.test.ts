import { describe, expect, it } from 'vitest'
import { priceList } from '../../cloud/price-list.ts'
import { someSizes } from '../../cloud/sizes.ts'
import { parseFilter } from './price-filter.ts'

const items = priceList(someSizes, 'westeurope')
const machine = "serviceName eq 'Virtual Machines' and armSkuName eq 'Standard_D4ds_v5'"

describe('filters of the price list', () => {
  it.for([
    ['', items.length],
    [machine, 8],
    [`${machine} and priceType eq 'Consumption'`, 6],
    [`${machine} and type eq 'Reservation'`, 1],
    [`${machine} and contains(meterName, 'Spot')`, 2],
    [`${machine} and contains(meterName, 'spot')`, 0],
    [`${machine} and (endswith(meterName, 'Spot') or productName ne 'x') and armRegionName eq 'westeurope'`, 8],
    ["serviceName eq 'Storage' and startswith(skuName, 'P6')", 2],
    ["armSkuName eq 'Standard_D4ds_v5' or armSkuName eq 'Standard_B2s'", 13],
    ["armRegionName eq 'moon'", 0],
  ] as const)('%s', ([filter, count]) => {
    expect(items.filter(parseFilter(filter))).toHaveLength(count)
  })

  it.for([
    'armSkuName',
    'armSkuName eq',
    "armSkuName like 'x'",
    "(armSkuName eq 'x'",
    "armSkuName eq 'x' or",
    'eq eq eq',
  ])('refuses %s', (filter) => {
    expect(() => parseFilter(filter)).toThrow(/Invalid OData/)
  })
})
