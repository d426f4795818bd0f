import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Nanos } from '../domain/money.ts'

export interface Instruments {
  counter<L extends string>(name: string, help: string, labels: readonly L[]): Counter<L>
  /** `fill` sets it anew for each scrape: cheaper than keeping it true at every change. */
  gauge<L extends string>(name: string, help: string, labels: readonly L[], fill?: (gauge: Gauge<L>) => void): Gauge<L>
  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: readonly number[],
  ): Histogram<L>
}

/** Makes metrics of one registry, all named `slipway_…`. */
export function createInstruments(registry: Registry): Instruments {
  const named = <L extends string>(name: string, help: string, labels: readonly L[]) => ({
    name: `slipway_${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
  })
  return {
    counter: (name, help, labels) => new Counter(named(name, help, labels)),
    gauge: (name, help, labels, fill) => {
      if (!fill) return new Gauge(named(name, help, labels))
      return new Gauge({
        ...named(name, help, labels),
        collect() {
          fill(this)
        },
      })
    },
    histogram: (name, help, labels, buckets) => new Histogram({ ...named(name, help, labels), buckets: [...buckets] }),
  }
}

/** Seconds that a call to something outside takes. */
export const callBuckets = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120] as const
/** Seconds that people wait. */
export const waitBuckets = [0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600] as const
/** Seconds that machines take to come up. */
export const bootBuckets = [1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600] as const
/** Seconds that jobs run. */
export const runBuckets = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600] as const

/** Of a currency, out of its nano-units: what is exact is in the ledger. */
export function units(nanos: Nanos): number {
  return Number(nanos) / 1e9
}

export function seconds(ms: number): number {
  return Math.max(0, ms) / 1000
}
