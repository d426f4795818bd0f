import type { Context } from '../context.ts'
import { recallEnded } from '../metering/bodies.ts'
import { recallSpent } from '../machines/money/spent.ts'
import { recallBegun } from './begun.ts'
import { recallBoots } from './boots.ts'
import type { Durations } from './durations.ts'

/**
 * Brings back what limits and forecasts rest on: at the start, and for each elastic fleet once. To be called before
 * each plan; undefined when there is nothing to wait for.
 */
export function createRecall(context: Context, durations: Durations): () => Promise<void> | undefined {
  const recalled = new Set<string>()
  let started = false

  async function recall(fleets: readonly string[]): Promise<void> {
    if (!started) await durations.recall()
    if (!started) await recallEnded(context)
    started = true
    for (const fleet of fleets) {
      await recallSpent(context, fleet)
      await recallBegun(context, fleet)
      await recallBoots(context, fleet)
      recalled.add(fleet)
    }
  }

  return () => {
    const elastic = context.wanted().fleets.filter((fleet) => fleet.elastic && !recalled.has(fleet.name))
    return started && elastic.length === 0 ? undefined : recall(elastic.map(({ name }) => name))
  }
}
