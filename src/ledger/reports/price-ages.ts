import type { PriceAge } from '../../domain/costs/report.ts'
import { isStale, type Offer } from '../../domain/offer.ts'

/** How old the prices are that each fleet's machines are chosen and charged by. */
export function priceAges(offers: ReadonlyMap<string, readonly Offer[]>, now: number): PriceAge[] {
  return Array.from(offers, ([fleet, own]) => ageOf(fleet, own, now))
}

function ageOf(fleet: string, offers: readonly Offer[], now: number): PriceAge {
  const usable = offers.filter(({ refused }) => refused === undefined)
  const times = usable.flatMap(({ priceAt }) => priceAt ?? [])
  const readAt = times.length > 0 ? Math.min(...times) : undefined
  return {
    fleet,
    ...(readAt !== undefined && { readAt }),
    stale: isStale(readAt, now),
    missing: usable.filter(({ price }) => price === undefined).map(({ key }) => key),
  }
}
