import { amountWords } from '../../../domain/money.ts'
import type { Offer } from '../../../domain/offer.ts'
import type { Pool } from '../../../domain/pool.ts'
import type { Hold } from '../../demand/route.ts'
import type { Survey } from '../../survey.ts'
import { bootMsOf, etaWords, type ElasticFleet } from '../life.ts'
import { once } from '../../once.ts'
import type { Want } from './ask.ts'
import type { Refusal } from './allowing/refusal.ts'

/** Who wants a machine: `7 jobs of pool linux and 1 standby container of pool mac`. */
export function wantWords(wants: readonly Want[], taken: readonly number[]): string {
  const counts = new Map<string, number>()
  for (const [at, { ask }] of wants.entries()) {
    const what = `${ask.what} of pool ${ask.pool.name}`
    counts.set(what, (counts.get(what) ?? 0) + (taken[at] ?? 0))
  }
  const parts = [...counts].filter(([, count]) => count > 0)
  return parts.map(([what, count]) => `${count} ${count === 1 ? what : what.replace(' of', 's of')}`).join(' and ')
}

export function choiceWords(policy: 'ordered' | 'cheapest', offer: Offer): string {
  const price = offer.price ? ` for ${amountWords(offer.price.nanos, offer.price.currency)} an hour` : ''
  return policy === 'cheapest' && offer.price
    ? `${offer.key}${price} is of the cheapest set`
    : `${offer.key}${price} is the first offer that can be had`
}

export function capWords(limit: Refusal): string {
  return `no more for now: ${limit.reason}`
}

/** What those wait for who get a machine of the fleet; the same words for all of a pool. */
export function createHolds(survey: Survey, fleet: ElasticFleet): (what: string) => (pool: Pool) => Hold {
  const etaMs = bootMsOf(survey, fleet.name)
  const next = `it is placed when the machine is ready, ${etaWords(etaMs)}`
  return once((reason: string) =>
    once((pool: Pool): Hold => ({ code: 'machine-coming', pool: pool.name, reason, next, etaMs })),
  )
}
