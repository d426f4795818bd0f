import type { Context } from '../context.ts'
import type { Committed } from '../state.ts'

/* When machines were begun within the last hour: a fleet may have a limit on it. */

const hourMs = 3_600_000
/** More than any fleet begins within an hour. */
const most = 10_000

/** To be told of every commit. */
export function noteBegun(context: Context, changes: readonly Committed[]): void {
  for (const each of changes)
    if (each.table === 'machine' && !each.before && each.now.made && each.now.version === 1)
      addBegun(context, each.now.fleet, [each.now.createdAt])
}

function addBegun(context: Context, fleet: string, times: readonly number[]): void {
  const { begun } = context.known
  begun.set(fleet, [...(begun.get(fleet) ?? []), ...times])
}

/** To be called before each plan. */
export function forgetBegun(context: Context, now: number): void {
  for (const [fleet, times] of context.known.begun)
    if ((times[0] ?? now) <= now - hourMs)
      context.known.begun.set(
        fleet,
        times.filter((at) => at > now - hourMs),
      )
}

/** From the journal: machines that are gone count too. */
export async function recallBegun(context: Context, fleet: string): Promise<void> {
  const since = context.clock.wall() - hourMs
  const query = { subject: `fleet:${fleet}`, kind: 'create-machine', since, limit: most }
  const entries = await context.store.journal(query)
  context.known.begun.set(
    fleet,
    entries.map(({ at }) => at).sort((a, b) => a - b),
  )
}
