import type { Charge, CostQuery, CostRow, JobRun, LedgerQuery, RunQuery, RunRow } from '../../domain/costs/ledger.ts'
import { startOfDay } from '../../domain/money.ts'

/** A charge, and whether it is the first of its job. */
export interface StoredCharge extends Charge {
  readonly first: boolean
}

export interface Ledger {
  /** By `chargeKey`. */
  readonly charges: Map<string, StoredCharge>
  /** How many charges each job has. */
  readonly counts: Map<string, number>
  /** By job. */
  readonly runs: Map<string, JobRun>
  readonly meters: Map<string, number>
}

export function chargeKey({ day, machine, kind, job, pool, currency }: Charge): string {
  return JSON.stringify([day, machine, kind, job, pool, currency])
}

export function costs(ledger: Ledger, query: CostQuery): CostRow[] {
  const found = [...ledger.charges.values()]
    .filter(({ day }) => day >= startOfDay(query.since) && day < query.until)
    .map((charge) => ({ charge, columns: { ...workOf(ledger.runs.get(charge.job ?? '')), ...charge } }))
    .filter(({ columns }) => matches(columns, query))
  return grouped(found, query.by, ({ columns }) => columns).map(({ keys, members }) => ({
    keys,
    nanos: members.reduce((sum, { charge }) => sum + charge.nanos, 0n),
    ms: total(members, ({ charge }) => charge.ms),
    unpricedMs: total(members, ({ charge }) => charge.unpricedMs),
    jobs: total(members, ({ charge }) => Number(charge.first)),
  }))
}

export function runs(ledger: Ledger, query: RunQuery): RunRow[] {
  const found = [...ledger.runs.values()].flatMap((run) => {
    const { doneAt, startedAt, queuedAt } = run
    if (doneAt === undefined || doneAt < startOfDay(query.since) || startOfDay(doneAt) >= query.until) return []
    const runMs = Math.max(0, doneAt - startedAt)
    const columns = { ...run, ...workOf(run), day: startOfDay(doneAt) }
    return matches(columns, query) ? [{ columns, runMs, waitMs: Math.max(0, startedAt - queuedAt) }] : []
  })
  return grouped(found, query.by, ({ columns }) => columns).map(({ keys, members }) => ({
    keys,
    jobs: members.length,
    runMs: total(members, ({ runMs }) => runMs),
    minutes: total(members, ({ runMs }) => Math.ceil(runMs / 60_000)),
    waitMs: total(members, ({ waitMs }) => waitMs),
  }))
}

/** The whole days that ended before the moment. */
export function pruneLedger({ charges, counts, runs: jobs }: Ledger, before: number, limit: number): number {
  const midnight = startOfDay(before)
  const oldCharges = [...charges].filter(([, { day }]) => day < midnight).slice(0, limit)
  for (const [key, { job = '' }] of oldCharges) {
    charges.delete(key)
    counts.set(job, (counts.get(job) ?? 0) - 1)
  }
  const oldRuns = [...jobs].filter(([, { doneAt }]) => doneAt !== undefined && doneAt < midnight).slice(0, limit)
  for (const [key] of oldRuns) jobs.delete(key)
  return oldCharges.length + oldRuns.length
}

function workOf(run: JobRun | undefined) {
  if (!run) return {}
  const { source, repository, workflow, name, labels } = run
  return { source, repository, workflow, name, labels: labels.join(',') }
}

type Columns = Readonly<Record<string, unknown>>

function matches(columns: Columns, query: LedgerQuery<string> & Pick<CostQuery, 'kind'>): boolean {
  const filters = ['machine', 'job', 'repository', 'pool', 'fleet', 'kind'] as const
  return filters.every((filter) => query[filter] === undefined || columns[filter] === query[filter])
}

interface Group<T> {
  readonly keys: Record<string, string | number>
  readonly members: T[]
}

function grouped<T>(all: readonly T[], by: readonly string[], columnsOf: (one: T) => object): Group<T>[] {
  const groups = new Map<string, Group<T>>()
  for (const one of all) {
    const columns = columnsOf(one) as Record<string, string | number | undefined>
    const keys = Object.fromEntries(by.flatMap((column) => keyOf(column, columns[column])))
    const id = JSON.stringify(by.map((column) => keys[column]))
    const group = groups.get(id) ?? { keys, members: [] }
    group.members.push(one)
    groups.set(id, group)
  }
  return [...groups.values()]
}

function keyOf(column: string, value: string | number | undefined): [string, string | number][] {
  return value === undefined ? [] : [[column, value]]
}

function total<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0)
}
