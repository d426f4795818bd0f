import { startOfDay, type Nanos } from '../../../domain/money.ts'
import type { Context } from '../../context.ts'

/* What machines that are over have cost since midnight UTC: it counts for the money limit of their fleet (rule 9). */

/** A machine has ended, and its last charges are stored. */
export function noteSpent(context: Context, fleet: string, more: Nanos): void {
  context.known.spentToday.set(fleet, spentSoFar(context, fleet, context.clock.wall()) + more)
}

function spentSoFar(context: Context, fleet: string, now: number): Nanos {
  turnDay(context, now)
  return context.known.spentToday.get(fleet) ?? 0n
}

/** At midnight UTC everything begins anew. To be called before each plan. */
export function turnDay(context: Context, now: number): void {
  const { known } = context
  const day = startOfDay(now)
  if (known.spentDay === day) return
  if (known.spentDay !== undefined) known.spentToday.clear()
  known.spentDay = day
}

/** The ledger knows it: machines are charged to their end when they end. Those that live are counted by their prices. */
export async function recallSpent(context: Context, fleet: string): Promise<void> {
  const now = context.clock.wall()
  turnDay(context, now)
  const charged = await context.store.costs({ by: ['machine'], since: now, until: now + 1, fleet })
  const ended = charged.filter(({ keys }) => !context.state.machines.has(String(keys.machine)))
  const spent = ended.reduce((sum, { nanos }) => sum + nanos, 0n)
  if (spent > 0n) context.known.spentToday.set(fleet, spent)
}
