import type { Comparison, CostLine, CostQuestion, CostReport, PriceAge } from '../../domain/costs/report.ts'
import type { Team } from '../../domain/costs/team.ts'
import type { CostRow, RunRow } from '../../domain/costs/ledger.ts'
import type { Comparer } from './compare/comparer.ts'
import { groupingOf } from './groups.ts'
import { createLine, type LineBuilder } from './line.ts'

export interface ReportInput {
  /** Midnights UTC. */
  readonly since: number
  readonly until: number
  readonly teams: readonly Team[]
  /** By the columns of the grouping, `kind` and `currency`. */
  readonly costs: readonly CostRow[]
  /** By the columns of the grouping and those that comparers need. */
  readonly runs: readonly RunRow[]
  readonly comparers: readonly Comparer[]
  readonly prices: readonly PriceAge[]
}

/** Puts the sums of the store together. The total is of all rows, whether they have a line or not. */
export function makeReport(question: CostQuestion, input: ReportInput): CostReport {
  const grouping = groupingOf(question.by, input.teams)
  const names = input.comparers.map((comparer) => comparer.summary().with)
  const total = createLine('total', names)
  const lines = new Map<string, LineBuilder>()
  const linesOf = (keys: CostRow['keys'] | RunRow['keys']): LineBuilder[] =>
    grouping.lines(keys).map((key) => {
      const line = lines.get(key) ?? createLine(key, names)
      lines.set(key, line)
      return line
    })

  for (const row of input.costs) {
    total.cost(row)
    if (row.keys.kind === 'job' || grouping.hasWaste) for (const line of linesOf(row.keys)) line.cost(row)
  }
  for (const row of input.runs) {
    const compared = input.comparers.map((comparer) => comparer.cost(row))
    total.run(row, compared)
    for (const line of linesOf(row.keys)) line.run(row, compared)
  }

  const { by, pool, repository } = question
  const rows = Array.from(lines.values(), (line) => line.line())
  const comparisons = input.comparers.map((comparer) => comparer.summary())
  const sum = total.line()
  return {
    by,
    since: input.since,
    until: input.until,
    ...(pool !== undefined && { pool }),
    ...(repository !== undefined && { repository }),
    rows: rows.sort(by === 'day' ? byKey : byCost),
    total: sum,
    comparisons,
    prices: input.prices,
    notes: notesOn(question, sum, comparisons),
  }
}

function notesOn(
  { by, pool, repository }: CostQuestion,
  total: CostLine,
  comparisons: readonly Comparison[],
): string[] {
  const notes: string[] = []
  if (by === 'label')
    notes.push('a job is in the line of each of its labels: the lines may add up to more than the total')
  if (repository !== undefined) notes.push('only jobs are of a repository: what machines cost besides is left out')
  else if (pool !== undefined)
    notes.push('only what containers of the pool used: what machines cost besides is left out')
  if (total.unpricedMs > 0) notes.push('some machine time has no known price: costs are at least what is said')
  if (total.costs.length > 1) notes.push('amounts of several currencies are not added')
  if (total.jobs > 0 && total.costs.length === 0 && total.jobMs === 0 && comparisons.length > 0)
    notes.push('machines that are given by hand have no cost')
  return notes
}

function byKey(a: CostLine, b: CostLine): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

/** The most costly first; of several currencies, by the one that is first in the alphabet. Those without cost by their time. */
function byCost(a: CostLine, b: CostLine): number {
  const [first, second] = [BigInt(a.costs[0]?.total ?? 0), BigInt(b.costs[0]?.total ?? 0)]
  if (first !== second) return first > second ? -1 : 1
  return b.jobMs + b.wasteMs - a.jobMs - a.wasteMs || b.runMs - a.runMs || byKey(a, b)
}
