import type { Money, PriceInterval } from '../../../domain/money.ts'
import type { Offer } from '../../../domain/offer.ts'
import type { Context } from '../../context.ts'
import { offerOf, type MadeMachine } from '../elastic.ts'

/** ISO 4217 for "no currency": the price is not known. */
const noCurrency = 'XXX'

/** The prices of the machine, with what it costs now as running or stopped. */
export function pricesNow(
  context: Context,
  machine: MadeMachine,
  what: PriceInterval['what'],
): readonly PriceInterval[] {
  const { clock, state, known } = context
  const charged = known.metering.charging.get(machine.key) ?? state.meters.get(machine.key)
  return withPrice(machine.made.prices, priceFrom(offerOf(context, machine), what, clock.wall()), charged)
}

/** The prices of a machine given by hand, with what is stated now; undefined while nothing is. */
export function pricesStated(
  known: readonly PriceInterval[] | undefined,
  price: Money | undefined,
  now: number,
): readonly PriceInterval[] | undefined {
  if (!price) return undefined
  const { currency, nanos } = price
  return withPrice(known ?? [], { from: now, nanosPerHour: String(nanos), currency, what: 'running' })
}

/** What the offer costs from a moment on. */
function priceFrom(offer: Offer | undefined, what: PriceInterval['what'], from: number): PriceInterval {
  const price = what === 'running' ? offer?.price : offer?.stoppedPrice
  if (!price) return { from, currency: noCurrency, what }
  return { from, nanosPerHour: String(price.nanos), currency: price.currency, what }
}

/**
 * The intervals with another price in force; the same array if it says nothing new. A price that was not known from the
 * beginning of its interval holds for all of it once it is, but for what is charged already; one that is no longer told
 * goes on.
 */
export function withPrice(
  intervals: readonly PriceInterval[],
  next: PriceInterval,
  chargedUntil = -Infinity,
): readonly PriceInterval[] {
  const last = intervals.at(-1)
  if (!last) return [next]
  if (last.what !== next.what) return [...intervals, { ...next, from: Math.max(last.from, next.from) }]
  const same = last.nanosPerHour === next.nanosPerHour && last.currency === next.currency
  if (same || next.nanosPerHour === undefined) return intervals
  if (last.nanosPerHour === undefined) {
    const known = chargedUntil > last.from ? intervals : intervals.slice(0, -1)
    return [...known, { ...next, from: Math.max(last.from, chargedUntil) }]
  }
  return [...intervals, { ...next, from: Math.max(last.from, next.from) }]
}
