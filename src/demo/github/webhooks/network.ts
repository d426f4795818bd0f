import type { Random } from '../random.ts'

/** What the way from GitHub to the receiver does to webhooks. Shares are probabilities from 0 to 1. */
export interface Network {
  /** Lost: half of them in a way that GitHub notices, half behind its back. */
  readonly drop: number
  readonly duplicate: number
  /** Held back long enough for later ones to overtake. */
  readonly reorder: number
  readonly delayMs: readonly [min: number, max: number]
  readonly heldBackMs: readonly [min: number, max: number]
}

export const reliableNetwork: Network = { drop: 0, duplicate: 0, reorder: 0, delayMs: [0, 0], heldBackMs: [300, 3000] }

/** What happens to one webhook. */
export interface Fate {
  /** `noticed`: GitHub records a failure. `unnoticed`: a proxy answered 200 and then lost it. */
  readonly lost?: 'noticed' | 'unnoticed'
  /** Delay of every copy that arrives. */
  readonly copies: readonly number[]
}

export function drawFate(network: Network, random: Random): Fate {
  if (random.chance(network.drop)) {
    return { lost: random.chance(0.5) ? 'noticed' : 'unnoticed', copies: [random.between(network.delayMs)] }
  }
  const delay = (): number =>
    random.between(network.delayMs) + (random.chance(network.reorder) ? random.between(network.heldBackMs) : 0)
  return { copies: random.chance(network.duplicate) ? [delay(), delay()] : [delay()] }
}
