import { wasteKinds, type Charge } from '../../domain/costs/ledger.ts'
import { seconds, units, type Instruments } from '../instruments.ts'
import type { ChangeWatcher } from '../ports/measure-store.ts'

/** What machines cost and were used for, counted from charges as they are stored. The exact sums are in the ledger. */
export function createChargeCounters(make: Instruments): ChangeWatcher {
  const jobs = make.counter('cost_total', 'What jobs have cost, of known prices, in units of the currency.', [
    'fleet',
    'pool',
    'currency',
  ])
  const waste = make.counter('waste_cost_total', 'What machines have cost while no job used them, by why.', [
    'fleet',
    'pool',
    'kind',
    'currency',
  ])
  const time = make.counter('machine_seconds_total', 'Machine time that was paid for, by what used it.', [
    'fleet',
    'use',
  ])
  const unpriced = make.counter('unpriced_machine_seconds_total', 'Of it, the time without a known price.', ['fleet'])

  function count({ fleet, kind, pool = 'none', currency, nanos, ms, unpricedMs }: Charge): void {
    time.inc({ fleet, use: kind }, seconds(ms))
    unpriced.inc({ fleet }, seconds(unpricedMs))
    // Of time that nobody knows the price of there is no cost, not even one of zero.
    if (ms === unpricedMs && nanos === 0n) return
    if (kind === 'job') jobs.inc({ fleet, pool, currency }, units(nanos))
    else waste.inc({ fleet, pool, kind, currency }, units(nanos))
  }

  return {
    expect({ elasticFleets }) {
      for (const fleet of elasticFleets) {
        unpriced.inc({ fleet }, 0)
        for (const use of ['job', ...wasteKinds]) time.inc({ fleet, use }, 0)
      }
    },
    onLoaded: () => {},
    onCommitted(change) {
      if (change.kind === 'charges') for (const charge of change.charges) count(charge)
    },
  }
}
