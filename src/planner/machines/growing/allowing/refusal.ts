import type { WaitCode } from '../../../../domain/plan.ts'
import type { Pool } from '../../../../domain/pool.ts'
import type { Hold } from '../../../demand/route.ts'

/** Why a fleet gives no further machine, in words that name what binds. */
export interface Refusal {
  readonly code: WaitCode
  readonly reason: string
  readonly next: string
  readonly etaMs?: number
}

/** In this order a code stands for several: what passes by itself before what a person must change. */
const order: readonly WaitCode[] = [
  'backing-off',
  'machine-limit',
  'money-limit',
  'price-missing',
  'no-machine',
  'too-large',
]

/** What holds up a pool whose fleets all refuse. */
export function holdOf(pool: Pool, refusals: readonly Refusal[]): Hold {
  const { reason, ...rest } = joinRefusals(refusals, refusals.length)
  return { ...rest, pool: pool.name, reason: `no machine has room for it; ${reason}` }
}

/** Several reasons as one, the most hopeful first; no more than `most` are named. */
export function joinRefusals(refusals: readonly Refusal[], most: number): Refusal {
  const sorted = [...refusals].sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code))
  const first = sorted[0] ?? nothingToAsk
  const reasons = [first, ...sorted.slice(1, most)].map(({ reason }) => reason)
  const others = sorted.length - most
  return { ...first, reason: `${reasons.join('; ')}${others > 0 ? `; and ${others} more` : ''}` }
}

/** None of the pool's fleets can grow. */
const nothingToAsk: Refusal = {
  code: 'no-machine',
  reason: 'no machine can be asked for',
  next: 'it is placed when a machine has room',
}
