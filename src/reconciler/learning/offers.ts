import { Conflict } from '../../domain/errors.ts'
import type { Fleet } from '../../domain/fleet.ts'
import type { ElasticProvider } from '../../domain/ports/provider.ts'
import type { Actor } from '../actor.ts'
import { journal, type Context } from '../context.ts'
import { elasticOf, isMade } from '../machines/elastic.ts'
import { pricesNow } from '../machines/money/prices.ts'
import { noting } from '../noting.ts'
import { change } from '../state.ts'

/** Between two readings, and while there is nothing on offer. */
const everyMs = 300_000
const whenEmptyMs = 60_000

/** Reads what each elastic fleet can be asked for: at the start, when its configuration changed, and now and then. */
export function createOffersReader(context: Context, actor: Actor): () => void {
  const readAt = new Map<string, { readonly at: number; readonly fleet: Fleet }>()

  function isDue(fleet: Fleet): boolean {
    const last = readAt.get(fleet.name)
    if (last?.fleet !== fleet) return true
    const gap = context.known.offers.get(fleet.name)?.length ? everyMs : whenEmptyMs
    return context.clock.monotonic() - last.at >= gap
  }

  return () => {
    const { fleets } = context.wanted()
    const names = new Set(fleets.map(({ name }) => name))
    for (const name of context.known.offers.keys()) if (!names.has(name)) context.known.offers.delete(name)
    for (const fleet of fleets) {
      const elastic = elasticOf(context, fleet.name)
      const target = `offers:${fleet.name}`
      if (!elastic || context.backoffs.wait(target) > 0 || !isDue(fleet)) continue
      const read = noting(context, target, async () => {
        await readOffers(context, fleet.name, elastic)
        readAt.set(fleet.name, { at: context.clock.monotonic(), fleet })
      })
      actor.run(target, target, read)
    }
  }
}

async function readOffers(context: Context, fleet: string, elastic: ElasticProvider): Promise<void> {
  const offers = await elastic.offers(fleet)
  context.known.offers.set(fleet, offers)
  for (const machine of [...context.state.machines.values()].filter(isMade)) {
    const last = machine.made.prices.at(-1)
    if (machine.fleet !== fleet || !last) continue
    // The clock was set back and nothing has followed yet: the next reading tells its price.
    if (last.from > context.clock.wall()) continue
    const prices = pricesNow(context, machine, last.what)
    if (prices === machine.made.prices) continue
    try {
      const reason = `${prices.at(-1)?.nanosPerHour ?? 'unknown'} nano-${prices.at(-1)?.currency} an hour`
      await context.state.commit([
        change('machine', machine, { made: { ...machine.made, prices } }),
        journal(context, 'machine-price', `machine:${machine.key}`, reason, 'noted'),
      ])
    } catch (error) {
      // Its record changed meanwhile: the next reading tells it the price.
      if (!(error instanceof Conflict)) throw error
    }
  }
}
