import type { Offer } from '../../../../domain/offer.ts'
import type { Choice } from './choice.ts'
import { cheapestMix } from './cheapest.ts'
import { countFitting, fillOne, largestOf, shareOf, type Batch } from './fill.ts'

/** A machine to make, and how many of each batch go onto it. */
export interface Pick {
  readonly choice: Choice
  readonly taken: readonly number[]
}

/**
 * The machines for the batches, at most `most`: by `ordered` the first choice that is big enough, by `cheapest` the
 * set that costs least. If fewer are allowed than that takes, those that take the most. What no choice takes is left.
 */
export function chooseMachines(
  policy: 'ordered' | 'cheapest',
  batches: readonly Batch[],
  choices: readonly Choice[],
  most: number,
): Pick[] {
  if (choices.length === 0 || most <= 0) return []
  const basket = createBasket(batches)
  if (policy === 'cheapest') pickCheapest(basket, choices)
  // Without a price an offer can't be compared, but it can be had.
  pickOrdered(basket, choices, most)
  if (basket.picks.length <= most) return basket.picks
  return pickWidest(createBasket(batches), choices, most)
}

/** What has been picked, and what is left of the batches. */
interface Basket {
  readonly batches: readonly Batch[]
  readonly left: number[]
  readonly picks: Pick[]
  /** How many more of the choice may be had. */
  more(choice: Choice): number
  add(choice: Choice): void
}

function createBasket(batches: readonly Batch[]): Basket {
  const left = batches.map(({ count }) => count)
  const picks: Pick[] = []
  const counts = new Map<Offer, number>()
  return {
    batches,
    left,
    picks,
    more: ({ offer, most }) => most - (counts.get(offer) ?? 0),
    add(choice) {
      const taken = fillOne(batches, left, choice.allocatable, choice.slots)
      for (const [at, count] of taken.entries()) left[at] = (left[at] ?? 0) - count
      counts.set(choice.offer, (counts.get(choice.offer) ?? 0) + 1)
      picks.push({ choice, taken })
    },
  }
}

/** Quotas are no part of the search: where one is used up, the search goes on without its choice. */
function pickCheapest(basket: Basket, choices: readonly Choice[]): void {
  let open = comparable(choices)
  for (;;) {
    const mix = cheapestMix(basket.batches, basket.left, open)
    for (const choice of mix) if (basket.more(choice) > 0) basket.add(choice)
    const still = open.filter((choice) => basket.more(choice) > 0)
    if (mix.length === 0 || still.length === open.length) return
    open = still
  }
}

/** Only prices in one currency are compared: that of the first offer that has one. */
function comparable(choices: readonly Choice[]): Choice[] {
  const currency = choices.find(({ offer }) => offer.price)?.offer.price?.currency
  return choices.filter(({ offer, most }) => offer.price !== undefined && offer.price.currency === currency && most > 0)
}

function pickOrdered(basket: Basket, choices: readonly Choice[], most: number): void {
  for (const [at, { wanted }] of basket.batches.entries())
    for (const choice of choices) {
      if (countFitting(wanted, choice.allocatable, choice.slots) === 0) continue
      while ((basket.left[at] ?? 0) > 0 && basket.more(choice) > 0 && basket.picks.length < most) basket.add(choice)
    }
}

/** Each of the few machines takes as much as any can, and costs as little as those that do. */
function pickWidest(basket: Basket, choices: readonly Choice[], most: number): Pick[] {
  while (basket.picks.length < most) {
    const open = choices.filter((choice) => basket.more(choice) > 0)
    const best = widest(basket.batches, basket.left, open)
    if (!best) break
    basket.add(best)
  }
  return basket.picks
}

function widest(batches: readonly Batch[], left: readonly number[], choices: readonly Choice[]): Choice | undefined {
  const yardstick = largestOf(choices.map(({ allocatable }) => allocatable))
  let best: { choice: Choice; worth: number } | undefined
  for (const choice of choices) {
    const taken = fillOne(batches, left, choice.allocatable, choice.slots)
    const worth = taken.reduce(
      (sum, count, at) => sum + count * shareOf(batches[at]?.wanted ?? yardstick, yardstick),
      0,
    )
    if (taken.every((count) => count === 0)) continue
    if (!best || worth > best.worth || (worth === best.worth && isCheaper(choice, best.choice)))
      best = { choice, worth }
  }
  return best?.choice
}

function isCheaper(a: Choice, b: Choice): boolean {
  if (!a.offer.price || !b.offer.price || a.offer.price.currency !== b.offer.price.currency) return false
  return a.offer.price.nanos < b.offer.price.nanos
}
