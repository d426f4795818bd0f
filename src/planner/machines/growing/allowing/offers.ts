import type { Offer } from '../../../../domain/offer.ts'
import { subtractResources, type Resources } from '../../../../domain/resources.ts'
import type { Survey } from '../../../survey.ts'
import { machinesOf, type ElasticFleet } from '../../life.ts'
import type { Choice } from '../choosing/choice.ts'
import type { Refusal } from './refusal.ts'

/** An offer with what a machine of it would take, and why none can be had now, if so. */
export interface Prospect extends Choice {
  readonly refusal?: Refusal
  /** What to say once `most` are asked for. */
  readonly usedUp: Refusal
}

/** All offers of a fleet in its provider's order of preference; Spot falls back to on demand by that order. */
export function prospectsOf(survey: Survey, fleet: ElasticFleet): readonly Prospect[] {
  const offers = survey.snapshot.offers.get(fleet.name) ?? []
  return offers.map((offer) => {
    const most = mostOf(survey, fleet, offer)
    const usedUp = usedUpRefusal(survey, fleet, offer)
    return {
      offer,
      allocatable: allocatableOf(offer.size, fleet.reserve),
      slots: fleet.limits.agentsPerMachine,
      most,
      refusal: refusalOf(survey, fleet, offer) ?? (most > 0 ? undefined : usedUp),
      usedUp,
    }
  })
}

/** Size − reserve, as the machine's record will say. */
export function allocatableOf(size: Resources, reserve: Resources): Resources {
  const rest = subtractResources(size, reserve)
  return { milliCpu: Math.max(0, rest.milliCpu), memory: Math.max(0, rest.memory), disk: Math.max(0, rest.disk) }
}

/** Quotas are read now and then: what has been asked for since is taken off. After trouble one machine shows the way. */
function mostOf(survey: Survey, fleet: ElasticFleet, offer: Offer): number {
  const same = machinesOf(survey, fleet.name).filter(({ made }) => made.offer === offer.key)
  const asked = same.filter(({ state }) => state === 'requested').length
  const quota = offer.quota === undefined ? Infinity : Math.max(0, offer.quota - asked)
  if (!hasFailed(survey, offerTarget(fleet, offer)) && !hasFailed(survey, fleetTarget(fleet))) return quota
  const trying = same.filter(({ state }) => state === 'requested' || state === 'creating').length
  return Math.min(quota, Math.max(0, 1 - trying))
}

function refusalOf(survey: Survey, fleet: ElasticFleet, offer: Offer): Refusal | undefined {
  const trouble = survey.backoffs.get(offerTarget(fleet, offer))
  if (trouble) return backingOff(offer.key, trouble.error, trouble.until - survey.now)
  if (offer.refused !== undefined)
    return { code: 'no-machine', reason: `${offer.key} can't be had: ${offer.refused}`, next: changing }
  if (offer.quota === 0)
    return { code: 'machine-limit', reason: `the quota admits no more ${offer.key}`, next: changing }
  const limit = fleet.limits.moneyPerDay
  if (limit && !offer.price)
    return { code: 'price-missing', reason: `nobody knows the price of ${offer.key}`, next: changing }
  if (limit && offer.price?.currency !== limit.currency)
    return {
      code: 'price-missing',
      reason: `the price of ${offer.key} is in ${offer.price?.currency}, limits.moneyPerDay in ${limit.currency}`,
      next: changing,
    }
  return undefined
}

const changing = 'its offers are read again within minutes'

/** No more of it in this plan: its quota is asked for already, or one machine is being tried after trouble. */
function usedUpRefusal(survey: Survey, fleet: ElasticFleet, offer: Offer): Refusal {
  return hasFailed(survey, offerTarget(fleet, offer)) || hasFailed(survey, fleetTarget(fleet))
    ? {
        code: 'backing-off',
        reason: `one ${offer.key} is tried first, after trouble`,
        next: 'more follow once it is there',
      }
    : { code: 'machine-limit', reason: `the quota admits no more ${offer.key}`, next: changing }
}

/** Why nothing at all can be asked of the fleet now. */
export function fleetRefusal(survey: Survey, fleet: ElasticFleet): Refusal | undefined {
  const trouble = survey.backoffs.get(fleetTarget(fleet))
  if (trouble) return backingOff(`fleet ${fleet.name}`, trouble.error, trouble.until - survey.now)
  const offers = survey.snapshot.offers.get(fleet.name)
  if (offers === undefined)
    return {
      code: 'no-machine',
      reason: `what can be asked of fleet ${fleet.name} is not known yet`,
      next: 'a machine is asked for as soon as its provider has answered',
    }
  if (offers.length === 0) return { code: 'no-machine', reason: `fleet ${fleet.name} has no offer`, next: changing }
  return undefined
}

function backingOff(what: string, error: string, etaMs: number): Refusal {
  return {
    code: 'backing-off',
    reason: `${what} is in trouble: ${error}`,
    next: `tried again in ${Math.ceil(etaMs / 1000)} s`,
    etaMs,
  }
}

function hasFailed(survey: Survey, target: string): boolean {
  return survey.snapshot.backoffs.some((entry) => entry.target === target && entry.failures > 0)
}

function offerTarget(fleet: ElasticFleet, offer: Offer): string {
  return `offer:${fleet.name}/${offer.key}`
}

function fleetTarget(fleet: ElasticFleet): string {
  return `fleet:${fleet.name}`
}
