import type { CostQuery, CostRow, JobRun, LedgerQuery, RunQuery, RunRow } from '../../domain/costs/ledger.ts'
import { startOfDay } from '../../domain/money.ts'
import type { Channel } from './channel.ts'
import type { OpenRun, SummedRow } from './protocol.ts'

const dayMs = 86_400_000

export async function readCosts(ask: Channel['ask'], query: CostQuery): Promise<CostRow[]> {
  const sums = await sumByDay(ask, query, (query.job ?? query.machine) !== undefined, (day) => ask('costs', day))
  return sums.map(({ keys, sums: [nanos, ms, unpricedMs, jobs] }) => {
    return { keys, nanos, ms: Number(ms), unpricedMs: Number(unpricedMs), jobs: Number(jobs) }
  })
}

export async function readRuns(ask: Channel['ask'], query: RunQuery): Promise<RunRow[]> {
  const sums = await sumByDay(ask, query, query.job !== undefined, (day) => ask('runs', day))
  return sums.map(({ keys, sums: [jobs, runMs, minutes, waitMs] }) => {
    return { keys, jobs: Number(jobs), runMs: Number(runMs), minutes: Number(minutes), waitMs: Number(waitMs) }
  })
}

export function runOf({ labels, ...run }: OpenRun): JobRun {
  return { ...run, labels: labels === '' ? [] : labels.split(',') }
}

type Sums = [bigint, bigint, bigint, bigint]

interface Summed {
  readonly keys: Record<string, string | number>
  readonly sums: Sums
}

/**
 * Asks for one day at a time: the thread that answers is the one that commits, and nothing waits long behind a day.
 * What has an index of its own it asks at once.
 */
async function sumByDay<Query extends LedgerQuery<string>>(
  ask: Channel['ask'],
  query: Query,
  isNarrow: boolean,
  askFor: (part: Query) => Promise<readonly SummedRow[]>,
): Promise<Summed[]> {
  const groups = new Map<string, Summed>()
  for (const part of isNarrow ? [query] : await days(ask, query))
    for (const row of await askFor(part)) add(groups, query.by, row)
  return [...groups.values()]
}

async function days<Query extends LedgerQuery<string>>(ask: Channel['ask'], query: Query): Promise<Query[]> {
  const [first, last] = (await ask('ledgerDays')) ?? [0, -1]
  const parts: Query[] = []
  for (let day = Math.max(first, startOfDay(query.since)); day <= last && day < query.until; day += dayMs)
    parts.push({ ...query, since: day, until: day + dayMs })
  return parts
}

function add(groups: Map<string, Summed>, by: readonly string[], row: SummedRow): void {
  const cells = row.slice(0, by.length).map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell))
  const sums = row.slice(by.length) as Sums
  const id = JSON.stringify(cells)
  const held = groups.get(id)
  if (!held) {
    const known = cells.flatMap((cell, index) => (cell === null ? [] : [[by[index] ?? '', cell] as const]))
    groups.set(id, { keys: Object.fromEntries(known), sums })
    return
  }
  for (const [index, sum] of sums.entries()) held.sums[index as 0] += sum
}
