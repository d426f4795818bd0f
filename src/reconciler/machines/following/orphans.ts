import type { Fleet } from '../../../domain/fleet.ts'
import type { ElasticProvider, ProviderListing } from '../../../domain/ports/provider.ts'
import type { Actor } from '../../actor.ts'
import { journal, type Context } from '../../context.ts'
import { noting } from '../../noting.ts'

/** A machine of ours that no record knows is deleted if it still stands this long after it was first seen so. */
const graceMs = 600_000

/** Left by a store that was lost, or by a call that reached its provider after we had given it up (rule 12). */
export function sweepOrphans(
  context: Context,
  actor: Actor,
  fleet: Fleet,
  elastic: ElasticProvider,
  listing: ProviderListing,
): void {
  const { orphansSince } = context.known.sightings
  const listed = new Set(listing.machines.map(({ name }) => `${fleet.name}/${name}`))
  for (const key of orphansSince.keys())
    if (key.startsWith(`${fleet.name}/`) && !listed.has(key)) orphansSince.delete(key)
  for (const { name } of listing.machines) {
    const key = `${fleet.name}/${name}`
    if (context.state.machines.has(name)) {
      orphansSince.delete(key)
      continue
    }
    const since = orphansSince.get(key) ?? listing.began
    orphansSince.set(key, since)
    if (listing.began < since + graceMs) continue
    // If it is still there after as long again, even if it is said to be on its way, it is asked for again.
    orphansSince.set(key, listing.began)
    const remove = noting(context, `orphan:${key}`, () => removeOrphan(context, fleet, elastic, name))
    actor.run(`orphan:${key}`, `fleet:${fleet.name}`, remove)
  }
}

async function removeOrphan(context: Context, fleet: Fleet, elastic: ElasticProvider, name: string): Promise<void> {
  if (context.state.machines.has(name)) return
  const reason = `no record knows machine ${name} of fleet ${fleet.name}`
  context.logger.warn({ machine: name, fleet: fleet.name }, 'deleting a machine that no record knows')
  await context.state.commit([journal(context, 'delete-orphan', `machine:${name}`, reason, 'intended')])
  await elastic.delete(fleet.name, name)
  await context.state.commit([journal(context, 'delete-orphan', `machine:${name}`, reason, 'done')])
}
