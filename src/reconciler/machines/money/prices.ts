import type { PriceInterval } from '../../../domain/money.ts'
import type { Offer } from '../../../domain/offer.ts'

/** ISO 4217 for "no currency": the price is not known. */
const noCurrency = 'XXX'

/** What the offer costs from a moment on. */
export function priceFrom(offer: Offer | undefined, what: PriceInterval['what'], from: number): PriceInterval {
  const price = what === 'running' ? offer?.price : offer?.stoppedPrice
  if (!price) return { from, currency: noCurrency, what }
  return { from, nanosPerHour: String(price.nanos), currency: price.currency, what }
}

/**
 * The intervals with another price in force; the same array if it says nothing new. A price that was not known from the
 * beginning of its interval holds for all of it once it is; one that is no longer told goes on.
 */
export function withPrice(intervals: readonly PriceInterval[], next: PriceInterval): readonly PriceInterval[] {
  const last = intervals.at(-1)
  if (!last) return [next]
  if (last.what !== next.what) return [...intervals, { ...next, from: Math.max(last.from, next.from) }]
  const same = last.nanosPerHour === next.nanosPerHour && last.currency === next.currency
  if (same || next.nanosPerHour === undefined) return intervals
  if (last.nanosPerHour === undefined) return [...intervals.slice(0, -1), { ...next, from: last.from }]
  return [...intervals, { ...next, from: Math.max(last.from, next.from) }]
}
