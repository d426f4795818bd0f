import { BadInput } from '../../domain/errors.ts'
import type { CostQuestion, CostReport, JobCost, MachineCost } from '../../domain/costs/report.ts'
import type { Team } from '../../domain/costs/team.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Machine } from '../../domain/machine.ts'
import { startOfDay } from '../../domain/money.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Costs } from '../../domain/ports/costs.ts'
import type { Store } from '../../domain/ports/store.ts'
import { comparedColumns, type Installation } from './compare/comparer.ts'
import { createHostedComparer } from './compare/github-hosted.ts'
import { createVmComparer } from './compare/vm-per-job.ts'
import { groupingOf } from './groups.ts'
import { createLine } from './line.ts'
import { priceAges } from './price-ages.ts'
import { makeReport } from './report.ts'

const dayMs = 86_400_000
/** Deletions are measured over so many of the report's last days at most. */
const measuredDays = 7

type Ledger = Pick<Store, 'costs' | 'runs' | 'meters'>

/** What reports are made with: it changes as the configuration does and as prices are read. */
export interface ReportFacts extends Installation {
  readonly teams: readonly Team[]
}

export interface CostsOptions {
  readonly store: Ledger
  readonly clock: Pick<Clock, 'wall'>
  readonly facts: () => ReportFacts
}

export function createCosts({ store, clock, facts }: CostsOptions): Costs {
  return {
    report: (question) => report(store, facts(), question, clock.wall()),
    ofJob: (job) => costOfJob(store, job, clock.wall()),
    ofMachine: (machine) => costOfMachine(store, machine, clock.wall()),
  }
}

async function report(store: Ledger, facts: ReportFacts, question: CostQuestion, now: number): Promise<CostReport> {
  const { since, until } = wholeDays(question)
  const { teams, offers } = facts
  const { columns } = groupingOf(question.by, teams)
  const asked = { since, until, pool: question.pool, repository: question.repository }
  const runColumns = [...new Set([...columns, ...comparedColumns])]
  const [costs, runs, deleteMs] = await Promise.all([
    store.costs({ ...asked, by: [...columns, 'kind', 'currency'] }),
    store.runs({ ...asked, by: runColumns }),
    measuredDeletions(store, facts, since, until),
  ])
  const comparers = [createHostedComparer(facts), createVmComparer(facts, deleteMs)]
  return makeReport(question, { since, until, teams, costs, runs, comparers, prices: priceAges(offers, now) })
}

/** Midnights UTC around both moments. */
function wholeDays({ since, until }: CostQuestion): { since: number; until: number } {
  if (since > until) throw new BadInput('the time asked for ends before it begins', ['since must be before until'])
  return { since: startOfDay(since), until: startOfDay(until) + dayMs }
}

/** How long the fleet's machines were being deleted, in the mean. */
async function measuredDeletions(
  store: Ledger,
  { compare }: ReportFacts,
  since: number,
  until: number,
): Promise<Map<string, number>> {
  if (compare.vmPerJob.deleteMs !== undefined) return new Map()
  const from = Math.max(since, until - measuredDays * dayMs)
  const rows = await store.costs({ by: ['fleet', 'machine'], kind: 'delete', since: from, until })
  const sums = new Map<string, { ms: number; machines: number }>()
  for (const { keys, ms } of rows) {
    const sum = sums.get(String(keys.fleet)) ?? { ms: 0, machines: 0 }
    sums.set(String(keys.fleet), { ms: sum.ms + ms, machines: sum.machines + 1 })
  }
  return new Map(Array.from(sums, ([fleet, { ms, machines }]) => [fleet, Math.round(ms / machines)]))
}

async function costOfJob(store: Ledger, job: Job, now: number): Promise<JobCost | undefined> {
  const rows = await store.costs({
    by: ['machine', 'currency'],
    job: job.key,
    since: startOfDay(job.startedAt ?? job.receivedAt) - dayMs,
    until: startOfDay(job.doneAt ?? now) + 2 * dayMs,
  })
  const machine = rows[0]?.keys.machine
  if (machine === undefined) return undefined
  const until = (await store.meters()).get(String(machine))
  return {
    machine: String(machine),
    amounts: rows.flatMap(({ keys, nanos }) => {
      const currency = String(keys.currency)
      return currency === 'XXX' ? [] : [{ currency, nanos: String(nanos) }]
    }),
    ms: rows.reduce((sum, { ms }) => sum + ms, 0),
    unpricedMs: rows.reduce((sum, { unpricedMs }) => sum + unpricedMs, 0),
    complete: job.state === 'done' && (until === undefined || until >= (job.doneAt ?? now)),
  }
}

async function costOfMachine(
  store: Ledger,
  { key, createdAt, made }: Machine,
  now: number,
): Promise<MachineCost | undefined> {
  const until = startOfDay(made?.goneAt ?? now) + 2 * dayMs
  const rows = await store.costs({
    by: ['kind', 'currency'],
    machine: key,
    since: startOfDay(createdAt) - dayMs,
    until,
  })
  if (rows.length === 0) return undefined
  const line = createLine(key, [])
  for (const row of rows) line.cost(row)
  const { costs, jobMs, wasteMs, unpricedMs } = line.line()
  return { costs, jobMs, wasteMs, unpricedMs }
}
