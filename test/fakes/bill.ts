import { expect } from 'vitest'
import type { Charge } from '../../src/domain/costs/ledger.ts'
import { costBetween } from '../../src/domain/money.ts'
import { machineOf } from './elastic.ts'
import type { Bench } from './service.ts'

const always = { since: -Infinity, until: Infinity }

/** Milliseconds of the machine by what they are charged to, once it is sure that they sum to what it cost. */
export async function billOf(bench: Bench, key: string): Promise<Partial<Record<Charge['kind'], number>>> {
  const { acceptedAt = 0, goneAt = 0, prices = [] } = (await machineOf(bench, key))?.made ?? {}
  const until = (await bench.store.meters()).get(key) ?? goneAt
  const [sum] = await bench.store.costs({ by: [], ...always, machine: key })
  expect(sum?.nanos).toBe(costBetween(prices, acceptedAt, until))
  expect(sum?.ms).toBe(until - acceptedAt)
  const rows = await bench.store.costs({ by: ['kind'], ...always, machine: key })
  return Object.fromEntries(rows.map(({ keys, ms }) => [keys.kind, ms]))
}

/** The run of the job as it is stored. */
export async function runOf(bench: Bench, job: string) {
  const open = (await bench.store.openRuns()).find((run) => run.job === job)
  const [done] = await bench.store.runs({ by: ['pool', 'fleet', 'machine', 'labels', 'milliCpu'], ...always, job })
  return { open, done }
}
