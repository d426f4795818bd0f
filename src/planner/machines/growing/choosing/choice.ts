import type { Offer } from '../../../../domain/offer.ts'
import type { Resources } from '../../../../domain/resources.ts'

/** An offer that can be had now: what it takes, and how many of it at most. */
export interface Choice {
  readonly offer: Offer
  readonly allocatable: Resources
  readonly slots: number
  readonly most: number
}
