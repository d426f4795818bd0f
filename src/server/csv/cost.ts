import {
  alternatives,
  type Alternative,
  type CostLine,
  type CostReport,
  type CostSum,
} from '../../domain/costs/report.ts'
import { wasteKinds } from '../../domain/costs/ledger.ts'
import { csvText, type CsvCell } from '../../kit/csv.ts'

/**
 * A line a row and currency; what can't be added up over currencies stands in its first one. `row` tells lines from the
 * total, and from the waste that is of no line.
 */
export function costCsv(report: CostReport): string {
  const { by, rows, total } = report
  const head = [
    'row',
    by,
    'currency',
    'cost',
    'cost_jobs',
    'cost_waste',
    ...wasteKinds.map((kind) => `waste_${kind}`),
    'cost_per_job',
    'jobs',
    'run_seconds',
    'wait_seconds',
    'machine_seconds_jobs',
    'machine_seconds_waste',
    'machine_seconds_without_price',
    ...alternatives.map((name) => `compare_${name.replaceAll('-', '_')}`),
  ]
  const unassigned = hasOwnWaste(report) ? [] : wasteRows(total)
  return csvText([
    head,
    ...rows.flatMap((line) => rowsOf('line', line.key, line)),
    ...unassigned,
    ...rowsOf('total', '', total),
  ])
}

function hasOwnWaste({ by }: CostReport): boolean {
  return by === 'pool' || by === 'fleet' || by === 'day'
}

function rowsOf(kind: string, key: string, line: CostLine): CsvCell[][] {
  const currencies = [
    ...new Set([...line.costs, ...line.compared.flatMap(({ amounts }) => amounts)].map((c) => c.currency)),
  ]
  return (currencies.length > 0 ? currencies : ['']).map((currency, index) => [
    kind,
    key,
    currency,
    ...moneyCells(line.costs.find((sum) => sum.currency === currency)),
    ...(index === 0 ? timeCells(line) : noTimeCells),
    ...alternatives.map((name) => decimal(comparedIn(line, name, currency))),
  ])
}

function comparedIn({ compared }: CostLine, name: Alternative, currency: string): string | undefined {
  const amounts = compared.find((one) => one.with === name)?.amounts
  return amounts?.find((amount) => amount.currency === currency)?.nanos
}

/** Where lines are of jobs alone, so that lines and waste sum to the total. */
function wasteRows(total: CostLine): CsvCell[][] {
  const none = { ...total, jobs: 0, runMs: 0, waitMs: 0, jobMs: 0, unpricedMs: 0, compared: [] }
  const costs = total.costs.map(({ perJob: _perJob, ...sum }) => ({ ...sum, jobs: '0', total: sum.waste }))
  return total.wasteMs > 0 ? rowsOf('waste', '', { ...none, costs }) : []
}

function moneyCells(sum: CostSum | undefined): CsvCell[] {
  return [
    decimal(sum?.total),
    decimal(sum?.jobs),
    decimal(sum?.waste),
    ...wasteKinds.map((kind) => decimal(sum?.wasteBy[kind])),
    decimal(sum?.perJob),
  ]
}

function timeCells({ jobs, runMs, waitMs, jobMs, wasteMs, unpricedMs }: CostLine): CsvCell[] {
  return [jobs, runMs / 1000, waitMs / 1000, jobMs / 1000, wasteMs / 1000, unpricedMs / 1000]
}

const noTimeCells: CsvCell[] = Array.from({ length: 6 }, () => undefined)

/** All nine places, so that sums are exact: `0.004200000`. Empty where there is no amount: that is not nothing. */
function decimal(nanos: string | undefined): CsvCell {
  if (nanos === undefined) return undefined
  const digits = nanos.padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}
