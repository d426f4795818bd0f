import type { Money } from './money.ts'
import type { Resources } from './resources.ts'

/** One way to get a machine of a fleet: a size, in a zone, Spot or on demand. */
export interface Offer {
  /** Unique in its fleet: `SIZE`, `SIZE/ZONE`, `SIZE/ZONE/spot`. */
  readonly key: string
  /** The provider's name of the size. */
  readonly sizeName: string
  readonly zone?: string
  readonly spot: boolean
  readonly size: Resources
  /** For an hour of a running machine. Absent: nobody knows. */
  readonly price?: Money
  /** For an hour of a stopped one: its disk. */
  readonly stoppedPrice?: Money
  /** Our wall time when the price was read; absent for one from the configuration. */
  readonly priceAt?: number
  /** How many more of it the quota admits now. Absent: not known. */
  readonly quota?: number
  /** Why it can't be had at all, in words: a restriction, a missing capability. */
  readonly refused?: string
}

const staleAfterMs = 48 * 3_600_000

/** Whether a price was read so long ago that people are told: two days. */
export function isStale(priceAt: number | undefined, now: number): boolean {
  return priceAt !== undefined && now - priceAt > staleAfterMs
}
