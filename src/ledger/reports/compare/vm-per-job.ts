import type { Fleet } from '../../../domain/fleet.ts'
import type { RunRow } from '../../../domain/costs/ledger.ts'
import { costAfter, type Money } from '../../../domain/money.ts'
import type { Offer } from '../../../domain/offer.ts'
import { subtractResources } from '../../../domain/resources.ts'
import { createMissing, givenByHand, type Comparer, type Installation } from './comparer.ts'

/**
 * The same jobs with a machine for each: boot, run and deletion at today's price of the fleet's cheapest offer that has
 * room for the job's agent. `deleteMs`: how long deletions took, by fleet.
 */
export function createVmComparer(
  { fleets, offers, bootMs, compare: { vmPerJob } }: Installation,
  deleteMs: ReadonlyMap<string, number>,
): Comparer {
  const missing = createMissing()
  const unknown = new Set<string>()
  const timed = { boot: vmPerJob.bootMs !== undefined, delete: vmPerJob.deleteMs !== undefined }

  function besides(fleet: Fleet): number {
    const boot = vmPerJob.bootMs ?? bootMs.get(fleet.name)
    const gone = vmPerJob.deleteMs ?? deleteMs.get(fleet.name)
    if (boot === undefined) unknown.add(`how long machines of fleet ${fleet.name} boot is not known: left out`)
    if (gone === undefined) unknown.add(`how long their deletion takes in fleet ${fleet.name} is not known: left out`)
    if (fleet.elastic?.billing === 'hour')
      unknown.add(`fleet ${fleet.name} pays by the hour, here counted by the second`)
    return (boot ?? 0) + (gone ?? 0)
  }

  return {
    cost({ keys, jobs, runMs }) {
      const name = String(keys.fleet)
      const fleet = fleets.find((one) => one.name === name)
      const why = fleet ? noPrice(fleet) : `fleet ${name} is no longer there`
      const price = fleet && cheapestFor(fleet, offers.get(name) ?? [], keys)
      if (!fleet || !price) {
        missing.add(why, jobs)
        return { with: 'vm-per-job', amounts: [], jobs: 0, jobsMissing: jobs }
      }
      const nanos = costAfter(price.nanos, runMs + jobs * besides(fleet))
      const amount = { currency: price.currency, nanos: String(nanos) }
      return { with: 'vm-per-job', amounts: [amount], jobs, jobsMissing: 0 }
    },
    summary: () => ({
      with: 'vm-per-job',
      how: `each job on a machine of its own: boot (${timed.boot ? 'configured' : 'measured'}), run and deletion (${timed.delete ? 'configured' : 'measured'}) at the price of the cheapest offer of its fleet that has room for its agent`,
      atLeast: missing.words().length > 0 || unknown.size > 0,
      missing: [...missing.words(), ...unknown],
    }),
  }
}

function noPrice({ name, elastic }: Fleet): string {
  return elastic
    ? `nobody knows the price of a machine of fleet ${name} with room for such an agent`
    : givenByHand(name)
}

/** The price of the cheapest that can be had; of several currencies, in the first one's. */
function cheapestFor(fleet: Fleet, offers: readonly Offer[], { milliCpu, memory }: RunRow['keys']): Money | undefined {
  const fit = offers.filter((offer) => {
    const room = subtractResources(offer.size, fleet.reserve)
    return offer.refused === undefined && room.milliCpu >= Number(milliCpu) && room.memory >= Number(memory)
  })
  const [first, ...others] = fit.flatMap(({ price }) => price ?? [])
  return others
    .filter(({ currency }) => currency === first?.currency)
    .reduce((least, price) => (least && least.nanos <= price.nanos ? least : price), first)
}
