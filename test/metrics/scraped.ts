import { createMetrics } from '../../src/metrics/index.ts'
import { exercise } from './lives.ts'

/** A scrape in which every metric says something. */
export async function scrapeAll(): Promise<string> {
  const clock = { wall: () => 0, monotonic: () => 0, timer: () => () => {} }
  const metrics = createMetrics({ clock, perRepository: { enabled: true, limit: 100 } })
  await exercise(metrics)
  return (await metrics.scrape()).body
}

/** Names of the series of a scrape, those of histograms with their endings. */
export function seriesNames(body: string): Set<string> {
  return new Set([...body.matchAll(/^([a-z_0-9]+)(?:\{.*\})? /gm)].map(([, name = '']) => name))
}
