import type { Charge, WasteKind } from '../costs/ledger.ts'
import type { PriceInterval } from '../money.ts'
import type { Resources } from '../resources.ts'

/** A stretch of a machine's life, with all that its cost is split by. Times are our wall times. */
export interface MachineSpan {
  readonly machine: string
  readonly fleet: string
  readonly from: number
  /** Not before `from`. */
  readonly until: number
  /** Up to when it is paid for, where that is later: what an hour that was begun, or a minimum, adds at its end. */
  readonly paidUntil?: number
  readonly prices: readonly PriceInterval[]
  readonly allocatable: Resources
  /** Oldest first; the first holds for what is before it, too. */
  readonly phases: readonly Phase[]
  /** One that is held empty on purpose: then it is `warm`, not `idle`, while there is nothing on it. */
  readonly heldEmpty: boolean
  readonly holders: readonly Holder[]
}

/** From when on the machine itself, as far as nothing holds it, is this kind of waste. */
export interface Phase {
  readonly from: number
  readonly kind: WasteKind
}

/** A container and what it was used for, oldest first; its uses don't overlap. */
export interface Holder {
  readonly key: string
  readonly pool: string
  readonly resources: Resources
  readonly uses: readonly Use[]
}

export interface Use {
  readonly from: number
  /** Infinity while it goes on. */
  readonly until: number
  readonly kind: 'job' | 'start' | 'warm'
  /** Key of the job; with kind `job` only. */
  readonly job?: string
}

/**
 * Splits what a machine costs over those who use it. The charges of a span sum to `costBetween` of it exactly, and
 * their time to the span; spans that follow one another sum to the whole. Where no price is known they have time and
 * no money. Pure, and fails for nothing.
 */
export interface Ledger {
  charge(span: MachineSpan): Charge[]
}
