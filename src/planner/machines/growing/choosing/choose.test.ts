import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anOffer } from '../../../../../test/fakes/cloud.ts'
import type { Resources } from '../../../../domain/resources.ts'
import type { Choice } from './choice.ts'
import { chooseMachines, type Pick } from './choose.ts'
import { countFitting, fillOne, type Batch } from './fill.ts'

const of = (milliCpu: number, memory = 0, disk = 0): Resources => ({ milliCpu, memory, disk })

describe('how many fit', () => {
  const cases: [string, Resources, Resources, number, number][] = [
    ['by the scarcest resource', of(2, 4, 1), of(8, 12, 100), 9, 3],
    ['by slots', of(2), of(8), 1, 1],
    ['none into too little', of(2, 4), of(1, 100), 9, 0],
    ['none into less than nothing', of(0, 4), of(-1, 100), 9, 0],
    ['any number of what takes nothing', of(0), of(0), 7, 7],
    ['none without a slot', of(1), of(8), -1, 0],
  ]
  test.each(cases)('%s', (_name, wanted, free, slots, expected) => {
    expect(countFitting(wanted, free, slots)).toBe(expected)
  })

  test('of several kinds, in their order', () => {
    const batches = [
      { wanted: of(3), count: 9 },
      { wanted: of(1), count: 9 },
    ]
    expect(fillOne(batches, [1, 9], of(8), 4)).toEqual([1, 3])
    expect(fillOne(batches, [9, 9], of(8), 9)).toEqual([2, 2])
  })
})

const choice = (key: string, milliCpu: number, price?: number, most = Infinity): Choice => ({
  offer: anOffer({ key, price: price === undefined ? undefined : { nanos: BigInt(price), currency: 'USD' } }),
  allocatable: of(milliCpu),
  slots: 100,
  most,
})
const total = (picks: readonly Pick[]) =>
  picks.reduce((sum, { choice: each }) => sum + Number(each.offer.price?.nanos ?? 0n), 0)
const takenBy = (picks: readonly Pick[], at: number) => picks.reduce((sum, pick) => sum + (pick.taken[at] ?? 0), 0)

/** The least cost of taking `count` agents of one kind, by looking at every number of them. */
function leastCost(count: number, choices: readonly Choice[]): number {
  const least = [0]
  for (let n = 1; n <= count; n++)
    least[n] = Math.min(
      ...choices.map(({ allocatable, slots, offer }) => {
        const fits = countFitting(of(1), allocatable, slots)
        return fits === 0 ? Infinity : Number(offer.price?.nanos ?? 0n) + (least[Math.max(0, n - fits)] ?? 0)
      }),
    )
  return least[count] ?? Infinity
}

const choices = fc
  .array(fc.record({ cpu: fc.integer({ min: 1, max: 12 }), price: fc.integer({ min: 1, max: 50 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => all.map(({ cpu, price }, i) => choice(`c${i}`, cpu, price)))

describe('the cheapest set', () => {
  test('for agents of one kind costs as little as any', () => {
    fc.assert(
      fc.property(choices, fc.integer({ min: 1, max: 25 }), (offered, count) => {
        const picks = chooseMachines('cheapest', [{ wanted: of(1), count }], offered, Infinity)
        expect(takenBy(picks, 0)).toBe(count)
        expect(total(picks)).toBe(leastCost(count, offered))
      }),
      { numRuns: 500 },
    )
  })

  test('of many agents costs hardly more than the best', () => {
    fc.assert(
      fc.property(choices, fc.integer({ min: 100, max: 400 }), (offered, count) => {
        const picks = chooseMachines('cheapest', [{ wanted: of(1), count }], offered, Infinity)
        expect(total(picks)).toBeLessThanOrEqual(leastCost(count, offered) * 1.02)
      }),
    )
  })

  test('of thousands of several kinds hardly leaves a gap', () => {
    const offered = [choice('s', 2000, 100), choice('m', 4000, 190), choice('l', 64_000, 2900)]
    const batches = [7000, 3000, 2000, 1000, 500].map((cpu) => ({ wanted: of(cpu), count: 20_000 }))
    const picks = chooseMachines('cheapest', batches, offered, Infinity)
    expect(batches.map((_, at) => takenBy(picks, at))).toEqual([20_000, 20_000, 20_000, 20_000, 20_000])
    // All of it in large ones without a gap: no mix costs less.
    expect(total(picks)).toBeLessThan((20_000 * 13_500 * 2900 * 1.05) / 64_000)
  })
})

describe('with any offers and limits', () => {
  const any = fc.record({
    policy: fc.constantFrom('ordered' as const, 'cheapest' as const),
    offered: fc.array(
      fc.record({
        cpu: fc.integer({ min: 1, max: 12 }),
        price: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
        most: fc.constantFrom(0, 1, 3, Infinity),
      }),
      { maxLength: 4 },
    ),
    batches: fc.array(fc.record({ cpu: fc.integer({ min: 1, max: 12 }), count: fc.nat(9) }), { maxLength: 3 }),
    most: fc.constantFrom(0, 1, 2, 5, Infinity),
  })

  test('nothing is overfilled, no limit is passed, and nothing is left that could still be taken', () => {
    fc.assert(
      fc.property(any, ({ policy, offered, batches, most }) => {
        const all = offered.map(({ cpu, price, most: quota }, i) => choice(`c${i}`, cpu, price, quota))
        const kinds: Batch[] = batches.map(({ cpu, count }) => ({ wanted: of(cpu), count }))
        const picks = chooseMachines(policy, kinds, all, most)
        expect(picks.length).toBeLessThanOrEqual(most)
        for (const each of all)
          expect(picks.filter((pick) => pick.choice.offer === each.offer).length).toBeLessThanOrEqual(each.most)
        for (const { choice: each, taken } of picks) {
          expect(taken.some((count) => count > 0)).toBe(true)
          const used = taken.reduce((sum, count, at) => sum + count * (kinds[at]?.wanted.milliCpu ?? 0), 0)
          expect(used).toBeLessThanOrEqual(each.allocatable.milliCpu)
        }
        const left = kinds.map(({ count }, at) => count - takenBy(picks, at))
        expect(left.every((count) => count >= 0)).toBe(true)
        const open = all.filter((each) => picks.filter((pick) => pick.choice.offer === each.offer).length < each.most)
        const fits = kinds.some(
          ({ wanted }, at) =>
            (left[at] ?? 0) > 0 && open.some((each) => countFitting(wanted, each.allocatable, 100) > 0),
        )
        expect(fits && picks.length < most).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})
