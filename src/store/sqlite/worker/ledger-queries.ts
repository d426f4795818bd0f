import type { Database } from 'better-sqlite3'
import type { CostColumn, CostQuery, RunColumn, RunQuery } from '../../../domain/costs/ledger.ts'
import { startOfDay } from '../../../domain/money.ts'
import type { Calls, OpenRun, SqlValue, SummedRow } from '../protocol.ts'
import type { Query } from './query.ts'

const costColumns: Record<CostColumn, string> = {
  day: 'charge.day',
  fleet: 'charge.fleet',
  pool: `nullif(charge.pool, '')`,
  machine: 'charge.machine',
  kind: 'charge.kind',
  source: 'work.source',
  repository: 'work.repository',
  workflow: 'work.workflow',
  name: 'work.name',
  labels: 'work.labels',
  job: 'run.job',
  currency: 'charge.currency',
}

const runColumns: Record<RunColumn, string> = {
  day: 'run.done_at - run.done_at % 86400000',
  fleet: 'run.fleet',
  pool: 'run.pool',
  machine: 'run.machine',
  source: 'work.source',
  repository: 'work.repository',
  workflow: 'work.workflow',
  name: 'work.name',
  labels: 'work.labels',
  job: 'run.job',
  milliCpu: 'run.milli_cpu',
  memory: 'run.memory',
}

const openRunsSource = `select job, source, scope, repository, workflow, name, labels, pool, fleet, machine,
    milli_cpu as milliCpu, memory, queued_at as queuedAt, started_at as startedAt
  from run join work on work.id = run.work where done_at is null`

/** Each a look at one end of an index. */
const daysSource = `with ends (at) as (
  select * from (select min(day) from charge) union all select * from (select max(day) from charge)
  union all select * from (select min(done_at) from run) union all select * from (select max(done_at) from run)
) select min(at), max(at) from ends`

/** Reports on charges and on jobs that are done. Sums are 64-bit: numbers come as bigint. */
export function createLedgerQueries(
  database: Database,
): Pick<Calls, 'meters' | 'openRuns' | 'ledgerDays' | 'costs' | 'runs'> {
  function rows({ source, values }: Query): SummedRow[] {
    return database.prepare<[readonly SqlValue[]]>(source).raw().safeIntegers().all(values) as SummedRow[]
  }
  return {
    meters: () => database.prepare<[]>('select machine, until from meter').raw().all() as [string, number][],
    openRuns: () => database.prepare<[], OpenRun>(openRunsSource).all(),
    ledgerDays: () => {
      const [first = null, last = null] = database.prepare<[], (number | null)[]>(daysSource).raw().get() ?? []
      return first === null || last === null ? undefined : [startOfDay(first), startOfDay(last)]
    },
    costs: (query) => rows(costsQuery(query)),
    runs: (query) => rows(runsQuery(query)),
  }
}

/** The columns asked for, then nanos, ms, unpriced ms and jobs. */
export function costsQuery(query: CostQuery): Query {
  const sums = 'sum(charge.nanos), sum(charge.ms), sum(charge.unpriced_ms), sum(charge.first)'
  const from = `charge left join run on run.id = charge.run left join work on work.id = run.work`
  return grouped(
    query.by.map((column) => costColumns[column]),
    sums,
    from,
    [
      ['charge.day >= ?', startOfDay(query.since)],
      ['charge.day < ?', query.until],
      ['charge.machine = ?', query.machine],
      ['charge.run > 0 and charge.run = (select id from run where job = ?)', query.job],
      ['work.repository = ?', query.repository],
      ['charge.pool = ?', query.pool],
      ['charge.fleet = ?', query.fleet],
      ['charge.kind = ?', query.kind],
    ],
  )
}

/** The columns asked for, then jobs, run ms, whole minutes and wait ms. */
export function runsQuery(query: RunQuery): Query {
  const ms = 'max(0, run.done_at - run.started_at)'
  const sums = `count(*), sum(${ms}), sum((${ms} + 59999) / 60000), sum(max(0, run.started_at - run.queued_at))`
  return grouped(
    query.by.map((column) => runColumns[column]),
    sums,
    'run join work on work.id = run.work',
    [
      ['run.done_at >= ?', startOfDay(query.since)],
      ['run.done_at < ?', endOfDay(query.until)],
      ['run.machine = ?', query.machine],
      ['run.job = ?', query.job],
      ['work.repository = ?', query.repository],
      ['run.pool = ?', query.pool],
      ['run.fleet = ?', query.fleet],
    ],
  )
}

/** Midnight at or after the moment. */
function endOfDay(at: number): number {
  const dayMs = 86_400_000
  return Math.ceil(at / dayMs) * dayMs
}

/** Conditions without a value are left out. With no column there is one group, or none of no rows. */
function grouped(
  columns: readonly string[],
  sums: string,
  from: string,
  conditions: readonly [string, SqlValue | undefined][],
): Query {
  const given = conditions.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  const where = given.map(({ condition }) => condition).join(' and ')
  const groups =
    columns.length > 0 ? `group by ${columns.map((_, index) => index + 1).join(', ')}` : 'having count(*) > 0'
  const source = `select ${[...columns, sums].join(', ')} from ${from} where ${where} ${groups}`
  return { source, values: given.map(({ value }) => value) }
}

/** Whole days that ended before the moment: first their charges, then the jobs that none of these need any more. */
export function pruneLedgerQueries(before: number, limit: number): Record<'charges' | 'runs' | 'work', Query> {
  const midnight = startOfDay(before)
  return {
    charges: { source: 'delete from charge where day < ? order by day limit ?', values: [midnight, limit] },
    runs: { source: 'delete from run where done_at < ? order by done_at limit ?', values: [midnight, limit] },
    work: {
      source: `delete from work where id in (
        select id from work where not exists (select 1 from run where run.work = work.id) limit ?)`,
      values: [limit],
    },
  }
}
