import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costAfter, costBetween, startOfDay, type PriceInterval } from '../../../src/domain/money.ts'
import { withPrice } from '../../../src/reconciler/machines/money/prices.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { anOffer } from '../../fakes/cloud.ts'
import { act, machineOf, openCloudBench, want, wantReady } from '../../fakes/elastic.ts'
import { minute } from '../../fakes/pushed.ts'

const hour = 60 * minute

describe('prices', () => {
  const price = fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }), { nil: undefined })
  const change = fc.record({ after: fc.nat(10_000_000), price, what: fc.constantFrom('running', 'stopped') })

  test('of any history sum to the same, however the time is cut', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1 }), fc.array(fc.nat(100_000_000)), (changes, cuts) => {
        let at = 0
        let prices: readonly PriceInterval[] = []
        for (const { after, price: nanos = 7n, what } of changes) {
          at += after
          prices = withPrice(prices, { from: at, nanosPerHour: String(nanos), currency: 'USD', what })
        }
        const end = at + 3_000_000
        const begin = prices[0]?.from ?? 0
        const edges = [begin, ...cuts.filter((cut) => cut > begin && cut < end).sort((a, b) => a - b), end]
        const parts = edges.slice(1).map((edge, i) => costBetween(prices, edges[i] ?? 0, edge) ?? 0n)
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(costBetween(prices, begin, end))
      }),
    )
  })

  test('in order, one kind after another, none that says nothing new', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1 }), (changes) => {
        let at = 0
        let prices: readonly PriceInterval[] = []
        for (const { after, price: nanos, what } of changes) {
          at += after
          const known = nanos === undefined ? {} : { nanosPerHour: String(nanos) }
          prices = withPrice(prices, { from: at, ...known, currency: nanos === undefined ? 'XXX' : 'USD', what })
        }
        for (const [i, each] of prices.entries()) {
          const next = prices[i + 1]
          if (!next) continue
          expect(next.from).toBeGreaterThanOrEqual(each.from)
          expect([next.what, next.nanosPerHour]).not.toEqual([each.what, each.nanosPerHour])
        }
      }),
    )
  })

  test('that become known hold from the beginning of their interval', () => {
    const unknown = withPrice([], { from: 10, currency: 'XXX', what: 'running' })
    const known = withPrice(unknown, { from: 500, nanosPerHour: '5', currency: 'USD', what: 'running' })
    expect(known).toEqual([{ from: 10, nanosPerHour: '5', currency: 'USD', what: 'running' }])
    expect(withPrice(known, { from: 900, currency: 'XXX', what: 'running' })).toBe(known)
  })
})

describe('a machine', () => {
  test('costs its price from the moment that it was accepted, and a new one from when that was read', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    bench.cloud.offers = [anOffer({ price: { nanos: 720_000_000n, currency: 'USD' } })]
    await bench.run(6 * minute, 5000)
    const made = bench.context.state.machines.get(key)?.made
    expect(made?.prices.map(({ nanosPerHour }) => nanosPerHour)).toEqual(['360000000', '720000000'])
    expect(made?.prices[0]?.from).toBe(made?.acceptedAt)
  })

  test('that is gone counts for the money of its day, also after a restart, and not for the next', async () => {
    const bench = await openCloudBench({ clock: createFakeClock(Date.UTC(2026, 0, 5, 22, 45)) })
    const key = await wantReady(bench)
    await bench.run(hour, minute)
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'x' })
    await bench.run(minute)
    const { acceptedAt = 0, goneAt = 0 } = (await machineOf(bench, key))?.made ?? {}
    const cost = costAfter(360_000_000n, goneAt - acceptedAt)
    expect(cost).toBeGreaterThan(360_000_000n)
    expect(bench.context.known.spentToday.get('cloud')).toBe(cost)
    await bench.crash()
    await bench.run(5000)
    expect(bench.context.known.spentToday.get('cloud')).toBe(cost)
    await bench.clock.advance(startOfDay(bench.clock.wall()) + 24 * hour - bench.clock.wall() + 2000)
    expect(bench.context.known.spentToday.get('cloud') ?? 0n).toBe(0n)
  })

  test('that was gone before midnight costs the next day nothing; one that goes after it, only its part', async () => {
    const bench = await openCloudBench({ clock: createFakeClock(Date.UTC(2026, 0, 5, 23, 45)) })
    const key = await wantReady(bench)
    const midnight = startOfDay(bench.clock.wall()) + 24 * hour
    await bench.run(midnight + 10 * minute - bench.clock.wall(), minute)
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'x' })
    await bench.run(minute)
    const { goneAt = 0, prices = [] } = (await machineOf(bench, key))?.made ?? {}
    expect(bench.context.known.spentToday.get('cloud')).toBe(costBetween(prices, midnight, goneAt))
  })

  test('counts among those begun within the hour, after a restart too', async () => {
    const bench = await openCloudBench()
    await want(bench)
    await want(bench)
    expect(bench.context.known.begun.get('cloud')).toHaveLength(2)
    await bench.crash()
    await bench.run(3000)
    expect(bench.context.known.begun.get('cloud')).toHaveLength(2)
    await bench.run(hour, minute)
    expect(bench.context.known.begun.get('cloud')).toHaveLength(0)
  })

  test('shows what it costs, what it has cost, and when it goes', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const [view] = await bench.operations.machines()
    expect(view).toMatchObject({ key, price: { nanosPerHour: '360000000', currency: 'USD' } })
    const { acceptedAt = 0 } = view?.made ?? {}
    expect(view?.cost?.nanos).toBe(String(costAfter(360_000_000n, bench.clock.wall() - acceptedAt)))
    expect(view?.goes).toMatch(/if nothing needs it/)
  })
})
