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
const order: readonly WaitCode[] = ['backing-off', 'machine-limit', 'money-limit', 'price-missing', 'no-machine']

/** What holds up a pool whose fleets all refuse. Of several the most hopeful names the code. */
export function holdOf(pool: Pool, refusals: readonly Refusal[]): Hold {
  const [first, ...rest] = [...refusals].sort((a, b) => rank(a.code) - rank(b.code))
  if (!first)
    return {
      code: 'no-machine',
      pool: pool.name,
      reason: `no machine of ${pool.fleets.join(', ')} takes agents`,
      next: 'it is placed when a machine is ready',
    }
  const reason = [first, ...rest].map((refusal) => refusal.reason).join('; ')
  return { ...first, pool: pool.name, reason: `no machine has room for it; ${reason}` }
}

function rank(code: WaitCode): number {
  const at = order.indexOf(code)
  return at < 0 ? order.length : at
}

/** Several reasons of one fleet as one. */
export function joinRefusals(refusals: readonly Refusal[], others: number): Refusal | undefined {
  const [first, ...rest] = [...refusals].sort((a, b) => rank(a.code) - rank(b.code))
  if (!first || (rest.length === 0 && others === 0)) return first
  const reasons = [first, ...rest].map(({ reason }) => reason)
  return { ...first, reason: `${reasons.join('; ')}${others > 0 ? `; and ${others} more` : ''}` }
}
