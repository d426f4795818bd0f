import type { BudgetStatus } from '../../domain/costs/budget.ts'
import type { Fleet } from '../../domain/fleet.ts'
import type { Machine } from '../../domain/machine.ts'
import { costBetween, startOfDay, type Nanos } from '../../domain/money.ts'
import type { Offer } from '../../domain/offer.ts'
import type { Backoff } from '../../domain/plan.ts'
import { add, type Counted } from '../counted.ts'
import { seconds, units, type Instruments } from '../instruments.ts'

export interface MoneySnapshot {
  readonly machines: readonly Machine[]
  readonly fleets: readonly Fleet[]
  readonly backoffs: readonly Backoff[]
  /** What each elastic fleet can be asked for. */
  readonly offers: ReadonlyMap<string, readonly Offer[]>
  /** What machines that are gone have cost since midnight UTC, by fleet. */
  readonly spentToday: ReadonlyMap<string, Nanos>
  readonly budgets: readonly BudgetStatus[]
}

/** What one fleet's machines cost. Amounts of different currencies are never added. */
interface Costing {
  /** Nano-units an hour, by currency. */
  readonly perHour: Map<string, Nanos>
  /** Today's, of machines that are there, by currency. */
  readonly today: Map<string, Nanos>
  unpriced: number
}

/** Prices, limits and budgets as they stand. What has no known price is counted as that and never as nothing. */
export function createMoneyGauges(make: Instruments): (snapshot: MoneySnapshot, now: number) => void {
  const money = ['fleet', 'currency'] as const
  const perHour = make.gauge('fleet_price_per_hour', 'What the machines of the fleet cost an hour now.', money)
  const unpriced = make.gauge('machines_unpriced', 'Machines that cost, and nobody knows what.', ['fleet'])
  const today = make.gauge('fleet_spent_today', 'What machines have cost since midnight UTC.', money)
  const limit = make.gauge('fleet_money_limit', 'The most that the fleet may cost on a day.', money)
  const most = make.gauge('fleet_machines_limit', 'The most machines that the fleet may have.', ['fleet'])
  const maxAge = make.gauge('fleet_max_age_seconds', 'The age at which its machines are replaced.', ['fleet'])
  const backingOff = make.gauge('fleet_backing_off', '1: its provider failed, so it is left alone for a while.', [
    'fleet',
  ])
  const offers = make.gauge('fleet_offers', 'Ways to get a machine, by what stands against it.', ['fleet', 'state'])
  const priceAge = make.gauge('fleet_price_age_seconds', 'Age of the oldest price that was read.', ['fleet'])
  const showBudgets = createBudgetGauges(make)
  const own = [perHour, unpriced, today, limit, most, maxAge, backingOff, offers, priceAge]

  function showFleet({ name, limits, elastic }: Fleet): void {
    const fleet = name
    if (limits.machines < Infinity) most.set({ fleet }, limits.machines)
    const { moneyPerDay } = limits
    if (moneyPerDay) limit.set({ fleet, currency: moneyPerDay.currency }, units(moneyPerDay.nanos))
    if (elastic && elastic.maxAgeMs < Infinity) maxAge.set({ fleet }, seconds(elastic.maxAgeMs))
  }

  function showCosts(fleet: string, costing: Costing): void {
    unpriced.set({ fleet }, costing.unpriced)
    for (const [currency, nanos] of costing.perHour) perHour.set({ fleet, currency }, units(nanos))
    for (const [currency, nanos] of costing.today) today.set({ fleet, currency }, units(nanos))
  }

  function showOffers(fleet: string, all: readonly Offer[], resting: ReadonlySet<string>, now: number): void {
    const states: Counted = new Map([
      ['open', 0],
      ['unpriced', 0],
      ['backing-off', 0],
      ['refused', 0],
    ])
    for (const offer of all) add(states, stateOf(offer, resting.has(`offer:${fleet}/${offer.key}`)))
    for (const [state, count] of states) offers.set({ fleet, state }, count)
    const read = all.flatMap(({ priceAt }) => (priceAt === undefined ? [] : [priceAt]))
    if (read.length > 0) priceAge.set({ fleet }, seconds(now - Math.min(...read)))
  }

  return (snapshot, now) => {
    for (const gauge of own) gauge.reset()
    const resting = new Set(snapshot.backoffs.map(({ target }) => target))
    const costs = costings(snapshot, now)
    for (const fleet of snapshot.fleets) {
      showFleet(fleet)
      if (!fleet.elastic) continue
      backingOff.set({ fleet: fleet.name }, resting.has(`fleet:${fleet.name}`) ? 1 : 0)
      showOffers(fleet.name, snapshot.offers.get(fleet.name) ?? [], resting, now)
    }
    for (const [fleet, costing] of costs) showCosts(fleet, costing)
    showBudgets(snapshot.budgets)
  }
}

function createBudgetGauges(make: Instruments): (budgets: readonly BudgetStatus[]) => void {
  const money = ['budget', 'currency'] as const
  const spent = make.gauge('budget_spent', 'Spent in the running period of the budget.', money)
  const limit = make.gauge('budget_limit', 'What the budget allows in its period.', money)
  const warn = make.gauge('budget_warn_ratio', 'The share of the budget from which on people are told.', ['budget'])
  const unpriced = make.gauge('budget_unpriced_seconds', 'Machine time of its jobs without a known price.', ['budget'])
  return (budgets) => {
    for (const gauge of [spent, limit, warn, unpriced]) gauge.reset()
    for (const { budget, spentNanos, unpricedMs } of budgets) {
      const at = { budget: budget.name, currency: budget.limit.currency }
      spent.set(at, units(spentNanos))
      limit.set(at, units(budget.limit.nanos))
      warn.set({ budget: budget.name }, budget.warnAt)
      unpriced.set({ budget: budget.name }, seconds(unpricedMs))
    }
  }
}

function stateOf(offer: Offer, resting: boolean): string {
  if (offer.refused !== undefined) return 'refused'
  if (resting) return 'backing-off'
  return offer.price ? 'open' : 'unpriced'
}

/**
 * Elastic fleets have a costing even without a machine: nothing is spent there, in the currency of their offers. Others
 * have one where their hosts were given a price.
 */
function costings({ machines, fleets, offers, spentToday }: MoneySnapshot, now: number): Map<string, Costing> {
  const costs = new Map<string, Costing>()
  for (const { name, elastic, limits } of fleets) {
    if (!elastic) continue
    const currency = limits.moneyPerDay?.currency ?? offers.get(name)?.find(({ price }) => price)?.price?.currency
    const costing: Costing = { perHour: new Map(), today: new Map(), unpriced: 0 }
    costs.set(name, costing)
    if (currency === undefined) continue
    costing.perHour.set(currency, 0n)
    costing.today.set(currency, spentToday.get(name) ?? 0n)
  }
  const midnight = startOfDay(now)
  for (const { fleet, made, prices = made?.prices } of machines) {
    const price = prices?.at(-1)
    if (!prices || (made && made.acceptedAt === undefined)) continue
    const costing = costs.get(fleet) ?? { perHour: new Map(), today: new Map(), unpriced: 0 }
    costs.set(fleet, costing)
    if (price?.nanosPerHour === undefined) {
      costing.unpriced++
      continue
    }
    plus(costing.perHour, price.currency, BigInt(price.nanosPerHour))
    plus(costing.today, price.currency, costBetween(prices, midnight, now) ?? 0n)
  }
  return costs
}

function plus(sums: Map<string, Nanos>, currency: string, nanos: Nanos): void {
  sums.set(currency, (sums.get(currency) ?? 0n) + nanos)
}
