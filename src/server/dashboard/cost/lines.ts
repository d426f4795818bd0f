import type { CostLine, CostReport, CostSum } from '../../../domain/costs/report.ts'
import { wasteKinds, type WasteKind } from '../../../domain/ledger.ts'
import { amountNumber } from '../data/money.ts'

/** The dearest first, as far as that can be said of different currencies. */
export function currenciesOf(report: Pick<CostReport, 'total'>): string[] {
  return [...report.total.costs]
    .sort((a, b) => amountNumber(b.total) - amountNumber(a.total))
    .map(({ currency }) => currency)
}

export function sumIn(line: Pick<CostLine, 'costs'>, currency: string): CostSum | undefined {
  return line.costs.find((sum) => sum.currency === currency)
}

export type CostKind = 'job' | WasteKind

export interface Layer {
  readonly kind: CostKind
  /** One a day, in units of the currency. */
  readonly amounts: readonly number[]
}

/** What is stacked on a day, jobs first; kinds that never cost anything are left out. */
export function layersOf(rows: readonly CostLine[], currency: string): Layer[] {
  const sums = rows.map((row) => sumIn(row, currency))
  const jobs: Layer = { kind: 'job', amounts: sums.map((sum) => amountNumber(sum?.jobs ?? '0')) }
  const wastes = wasteKinds.map((kind) => ({
    kind,
    amounts: sums.map((sum) => amountNumber(sum?.wasteBy[kind] ?? '0')),
  }))
  return [jobs, ...wastes.filter(({ amounts }) => amounts.some((amount) => amount > 0))]
}

/** Each layer on top of those before it. */
export function stacked(layers: readonly Layer[]): number[][] {
  const heights: number[][] = []
  for (const { amounts } of layers) heights.push(amounts.map((amount, day) => amount + (heights.at(-1)?.[day] ?? 0)))
  return heights
}
