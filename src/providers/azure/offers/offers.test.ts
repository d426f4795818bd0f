import { describe, expect, it } from 'vitest'
import { createFakeClock, type FakeClock } from '../../../../test/fakes/clock.ts'
import type { Logger } from '../../../domain/ports/logger.ts'
import { createAged } from './aged.ts'
import { createPriceList, type PriceQuestion } from './price-list.ts'
import { quotaFor } from './quota.ts'
import { diskPriceOf, diskSku, nanosOf, pricesOf, retailPageSchema, sizesFilter, type RetailItem } from './retail.ts'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

const linux = {
  retailPrice: 0.27,
  meterName: 'D4ds v5',
  productName: 'Virtual Machines DDSv5 Series',
  skuName: 'D4ds v5',
  armSkuName: 'Standard_D4ds_v5',
  unitOfMeasure: '1 Hour',
  type: 'Consumption',
  effectiveStartDate: '2024-01-01T00:00:00Z',
}
const now = Date.UTC(2026, 0, 1)

function read(...items: object[]): RetailItem[] {
  return retailPageSchema.parse({ Items: items, NextPageLink: null }).Items
}

describe('retail prices', () => {
  const items = read(
    linux,
    { ...linux, retailPrice: 0.05, meterName: 'D4ds v5 Spot', skuName: 'D4ds v5 Spot' },
    { ...linux, retailPrice: 0.06, meterName: 'D4ds v5 Low Priority', skuName: 'D4ds v5 Low Priority' },
    { ...linux, retailPrice: 0.46, productName: 'Virtual Machines DDSv5 Series Windows' },
    { ...linux, retailPrice: 0.34, productName: 'DDSv5 Series Cloud Services' },
    { ...linux, retailPrice: 1234, type: 'Reservation' },
    { ...linux, retailPrice: 0.31, effectiveStartDate: '2026-02-01T00:00:00Z' },
    { ...linux, retailPrice: 0.3, effectiveStartDate: '2020-01-01T00:00:00Z' },
  )

  it('are told apart by their words', () => {
    expect(pricesOf(items, 'linux', now).get('Standard_D4ds_v5')).toEqual({ regular: 270_000_000n, spot: 50_000_000n })
    expect(pricesOf(items, 'windows', now).get('Standard_D4ds_v5')).toEqual({ regular: 460_000_000n })
    expect(pricesOf(items, 'linux', Date.UTC(2026, 3, 1)).get('Standard_D4ds_v5')?.regular).toBe(310_000_000n)
  })

  it.each([
    [0.27, 270_000_000n],
    [0.000001, 1_000n],
    [1.1, 1_100_000_000n],
    [12, 12_000_000_000n],
  ])('%d is exact', (price, nanos) => {
    expect(nanosOf(price)).toBe(nanos)
  })

  it('of disks are by the month', () => {
    const disk = { ...linux, meterName: 'P6 LRS Disk', skuName: 'P6 LRS', unitOfMeasure: '1/Month', retailPrice: 7.3 }
    const mount = { ...disk, meterName: 'P6 LRS Disk Mount', retailPrice: 0.5 }
    expect(diskPriceOf(read(disk, mount), now)).toBe(10_000_000n)
    expect(diskPriceOf([], now)).toBeUndefined()
  })

  it.each([
    ['Premium_LRS', 64, 'P6 LRS'],
    ['Premium_LRS', 65, 'P10 LRS'],
    ['StandardSSD_ZRS', 128, 'E10 ZRS'],
    ['Standard_LRS', 30, 'S4 LRS'],
    ['Premium_LRS', 4, 'P1 LRS'],
  ])('%s of %d GiB is billed as %s', (type, gib, sku) => {
    expect(diskSku(type, gib)).toBe(sku)
  })

  it('are asked for by region and size', () => {
    expect(sizesFilter('westeurope', ['A', 'B'])).toBe(
      "serviceName eq 'Virtual Machines' and armRegionName eq 'westeurope' and priceType eq 'Consumption' and (armSkuName eq 'A' or armSkuName eq 'B')",
    )
  })
})

describe('the price list', () => {
  const question: PriceQuestion = { location: 'westeurope', os: 'linux', currency: 'USD', sizes: ['Standard_D4ds_v5'] }

  function setUp() {
    const clock: FakeClock = createFakeClock(now)
    const stored = new Map<string, string>()
    const state = { asked: 0, down: false }
    const open = () =>
      createPriceList({
        clock,
        logger: silent,
        cache: { get: async (key) => stored.get(key), set: async (key, value) => void stored.set(key, value) },
        async fetchItems() {
          state.asked += 1
          if (state.down) throw new Error('down')
          return read(linux)
        },
      })
    return { clock, stored, state, open }
  }

  it('is read once a day, and outlives the process', async () => {
    const { clock, state, open } = setUp()
    const list = open()
    const [first, second] = await Promise.all([list.of(question), list.of(question)])
    expect(first).toEqual(second)
    expect(await open().of(question)).toEqual({
      at: now,
      currency: 'USD',
      sizes: new Map([['Standard_D4ds_v5', { regular: 270_000_000n }]]),
    })
    expect(state.asked).toBe(1)
    await clock.advance(24 * 3_600_000)
    expect((await list.of(question))?.at).toBe(clock.wall())
    expect(state.asked).toBe(2)
  })

  it('is better old than none, and does not ask in vain all the time', async () => {
    const { clock, state, open } = setUp()
    const list = open()
    await list.of(question)
    state.down = true
    await clock.advance(48 * 3_600_000)
    expect((await list.of(question))?.at).toBe(now)
    expect((await list.of(question))?.at).toBe(now)
    expect(state.asked).toBe(2)
    expect(await list.of({ ...question, location: 'nowhere' })).toBeUndefined()
  })

  it('asks anew when what was stored can’t be read', async () => {
    const { stored, open } = setUp()
    const list = open()
    await list.of(question)
    for (const key of stored.keys()) stored.set(key, '{"at":"yesterday"}')
    expect((await list.of(question))?.sizes.size).toBe(1)
  })
})

describe('quotas', () => {
  const size = { family: 'standardDDSv5Family', cores: 4 }
  const usage = new Map(
    Object.entries({
      cores: [10, 30],
      standardddsv5family: [10, 20],
      lowprioritycores: [0, 9],
      virtualmachines: [3, 25],
    }).map(([name, [used = 0, limit = 0]]) => [name, { name, used, limit }]),
  )
  it('admit as many as the narrowest of them', () => {
    expect(quotaFor(size, false, usage)).toBe(2)
    expect(quotaFor(size, true, usage)).toBe(2)
    expect(quotaFor(size, false, new Map())).toBeUndefined()
    expect(quotaFor({ family: 'x', cores: 100 }, false, usage)).toBe(0)
    expect(quotaFor(size, true, new Map([['lowprioritycores', { name: '', used: 5, limit: -1 }]]))).toBeUndefined()
  })
})

describe('a reading that ages', () => {
  it('is shared, renewed, and kept when it can’t be', async () => {
    const clock = createFakeClock()
    let next: number | Error = 1
    let asked = 0
    const get = createAged({
      clock,
      logger: silent,
      what: 'numbers',
      maxAgeMs: 1000,
      async read() {
        asked += 1
        if (next instanceof Error) throw next
        return next
      },
    })
    const at = clock.wall()
    expect(await Promise.all([get(), get()])).toEqual([
      { value: 1, at },
      { value: 1, at },
    ])
    expect(asked).toBe(1)
    next = new Error('no')
    await clock.advance(1000)
    expect(await get()).toEqual({ value: 1, at })
    next = 2
    expect((await get()).value).toBe(2)
    expect(asked).toBe(3)
  })
})
