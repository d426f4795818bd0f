import type { CostLine, CostReport, CostSum } from '../../../domain/costs/report.ts'
import { wasteKinds, type WasteKind } from '../../../domain/costs/ledger.ts'
import { amountNumber, shareOf } from '../data/money.ts'
import { percent } from '../data/words.ts'

/** The dearest first, as far as that can be said of different currencies. */
export function currenciesOf(report: Pick<CostReport, 'total'>): string[] {
  return [...report.total.costs]
    .sort((a, b) => amountNumber(b.total) - amountNumber(a.total))
    .map(({ currency }) => currency)
}

export function sumIn(line: Pick<CostLine, 'costs'>, currency: string): CostSum | undefined {
  return line.costs.find((sum) => sum.currency === currency)
}

const dayMs = 86_400_000

/** Each day that was asked for, with its line; a day on which nothing was charged has none in the report. */
export function daysOf({ since, until, rows }: Pick<CostReport, 'since' | 'until' | 'rows'>): CostLine[] {
  const lines = new Map(rows.map((row) => [row.key, row]))
  return Array.from({ length: Math.round((until - since) / dayMs) }, (_, day) => {
    const key = new Date(since + day * dayMs).toISOString().slice(0, 10)
    return lines.get(key) ?? { ...nothing, key }
  })
}

const nothing: Omit<CostLine, 'key'> = {
  jobs: 0,
  runMs: 0,
  waitMs: 0,
  costs: [],
  jobMs: 0,
  wasteMs: 0,
  unpricedMs: 0,
  compared: [],
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

export interface Sides {
  readonly ours: string
  readonly other: string
  /** Something in it is not known: it is no less than what is said. */
  readonly atLeastOurs: boolean
  readonly atLeastOther: boolean
}

/** `Slipway 62 % less`; nothing where what is not known might turn it round. */
export function differenceText({ ours, other, atLeastOurs, atLeastOther }: Sides): string {
  const [a, b] = [BigInt(ours), BigInt(other)]
  if (b === 0n || a === b || (a < b ? atLeastOurs : atLeastOther)) return ''
  return a < b ? `Slipway ${percent(1 - shareOf(a, b))} less` : `Slipway ${percent(shareOf(a, b) - 1)} more`
}
