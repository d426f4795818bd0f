import { startOfDay, type Nanos } from '../../../domain/money.ts'
import type { Change } from '../../../domain/ports/store.ts'
import type { Context } from '../../context.ts'

/* What machines that are over have cost since midnight UTC: it counts for the money limit of their fleet (rule 9). */

interface Spent {
  readonly day: number
  readonly nanos: string
}

export function spentKey(fleet: string): string {
  return `spent/${fleet}`
}

/** To be committed with the end of a machine, so that nothing is counted twice or not at all. */
export function spentSetting(context: Context, fleet: string, more: Nanos): Change {
  const now = context.clock.wall()
  const value: Spent = { day: startOfDay(now), nanos: String(spentSoFar(context, fleet, now) + more) }
  return { kind: 'setting', key: spentKey(fleet), value: JSON.stringify(value) }
}

/** The same in memory, once it is stored. */
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

export async function recallSpent(context: Context, fleet: string): Promise<void> {
  const text = await context.store.setting(spentKey(fleet))
  if (text === undefined) return
  const spent = JSON.parse(text) as Spent
  const now = context.clock.wall()
  turnDay(context, now)
  if (spent.day === startOfDay(now)) context.known.spentToday.set(fleet, BigInt(spent.nanos))
}
