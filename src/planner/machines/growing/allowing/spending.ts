import {
  amountWords,
  costAfter,
  costBetween,
  estimated,
  startOfDay,
  type Money,
  type Nanos,
} from '../../../../domain/money.ts'
import type { Offer } from '../../../../domain/offer.ts'
import type { Survey } from '../../../survey.ts'
import type { MadeMachine } from '../../made.ts'
import { bootMsOf, machinesOf, type ElasticFleet } from '../../life.ts'
import type { Refusal } from './refusal.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Rule 9's money: spent today and what machines are committed to, against the fleet's limit. */
export interface Purse {
  /** Takes what a new machine commits to, or says why that is too much. */
  pay(offer: Offer): Refusal | undefined
  /** The same for a stopped machine that is to run again, at the price of its offer. */
  payAgain(machine: MadeMachine): Refusal | undefined
}

/** One that always pays where there is no limit. */
export function createPurse(survey: Survey, fleet: ElasticFleet): Purse {
  const limit = fleet.limits.moneyPerDay
  if (!limit) return { pay: () => undefined, payAgain: () => undefined }
  const { currency } = limit
  const today = committedToday(survey, fleet, currency)
  if ('code' in today) return { pay: () => today, payAgain: () => today }
  let committed = today.nanos

  const pay = (offer: Offer): Refusal | undefined => {
    const cost = costOfNew(survey, fleet, offer, currency)
    if (typeof cost !== 'bigint') return cost
    if (committed + cost > limit.nanos) return moneyLimit(survey, fleet, limit, committed)
    committed += cost
    return undefined
  }

  return {
    pay,
    payAgain({ key, made }) {
      const offer = survey.snapshot.offers.get(fleet.name)?.find((known) => known.key === made.offer)
      return offer ? pay(offer) : priceMissing(fleet, `machine ${key}`)
    },
  }
}

function moneyLimit(survey: Survey, fleet: ElasticFleet, limit: Money, committed: Nanos): Refusal {
  const midnight = startOfDay(survey.now) + dayMs
  return {
    code: 'money-limit',
    reason: `fleet ${fleet.name} has spent or is committed to ${amountWords(committed, limit.currency)} today, and another machine would pass its limits.moneyPerDay of ${amountWords(limit.nanos, limit.currency)}`,
    next: 'a machine is asked for when less is committed, or after midnight UTC',
    etaMs: midnight - survey.now,
  }
}

/** What is spent today (UTC) plus what the fleet's machines cost from here on even if nobody needed them. */
export function committedToday(
  survey: Survey,
  fleet: ElasticFleet,
  currency: string,
): { readonly nanos: Nanos } | Refusal {
  let nanos = survey.snapshot.spentToday.get(fleet.name) ?? 0n
  for (const machine of machinesOf(survey, fleet.name)) {
    const cost = costOf(survey, fleet, machine, currency)
    if (typeof cost !== 'bigint') return cost
    nanos += cost
  }
  return { nanos }
}

function costOf(survey: Survey, fleet: ElasticFleet, machine: MadeMachine, currency: string): Nanos | Refusal {
  const { offer: key } = machine.made
  const prices = estimated(machine.made.prices)
  const last = prices.at(-1)
  if (!last) {
    // Not accepted yet: it will cost what it was chosen for.
    const offer = survey.snapshot.offers.get(fleet.name)?.find((known) => known.key === key)
    return offer ? costOfNew(survey, fleet, offer, currency) : priceMissing(fleet, `machine ${machine.key}`)
  }
  const foreign = prices.find((price) => price.currency !== currency)
  if (foreign) return otherCurrency(fleet, `machine ${machine.key}`, foreign.currency, currency)
  const spent = costBetween(prices, startOfDay(survey.now), survey.now)
  if (spent === undefined || last.nanosPerHour === undefined) return priceMissing(fleet, `machine ${machine.key}`)
  return spent + costAfter(BigInt(last.nanosPerHour), committedMs(survey, fleet, machine))
}

/** How long a machine is paid for from here on at least: until it could be deleted. */
function committedMs(survey: Survey, { elastic }: ElasticFleet, { made, state }: MadeMachine): number {
  if (state === 'deleting') return 0
  const since = made.acceptedAt ?? survey.now
  const restOfHour = elastic.billing === 'hour' ? paidRestMs(survey.now, since) : 0
  return Math.max(elastic.idleTimeoutMs, restOfHour, since + (elastic.minimumChargeMs ?? 0) - survey.now)
}

/** What is left of the hour that is paid for anyway. */
export function paidRestMs(now: number, since: number): number {
  return hourMs - (Math.max(0, now - since) % hourMs)
}

/** What a new machine commits to: its boot and its idle timeout, or a whole hour where hours are billed. */
export function costOfNew(survey: Survey, fleet: ElasticFleet, offer: Offer, currency: string): Nanos | Refusal {
  if (!offer.price) return priceMissing(fleet, offer.key)
  if (offer.price.currency !== currency) return otherCurrency(fleet, offer.key, offer.price.currency, currency)
  const { idleTimeoutMs, minimumChargeMs = 0 } = fleet.elastic
  const ms = Math.max(bootMsOf(survey, fleet.name) + idleTimeoutMs, minimumChargeMs)
  return costAfter(offer.price.nanos, fleet.elastic.billing === 'hour' ? Math.max(ms, hourMs) : ms)
}

function priceMissing(fleet: ElasticFleet, what: string): Refusal {
  return {
    code: 'price-missing',
    reason: `fleet ${fleet.name} has limits.moneyPerDay, and nobody knows the price of ${what}`,
    next: "a machine is asked for once the price is known, or stands in the fleet's prices",
  }
}

function otherCurrency(fleet: ElasticFleet, what: string, theirs: string, ours: string): Refusal {
  return {
    code: 'price-missing',
    reason: `the price of ${what} is in ${theirs}, and limits.moneyPerDay of fleet ${fleet.name} in ${ours}`,
    next: 'a machine is asked for once both are in one currency',
  }
}
