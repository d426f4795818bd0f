import type { ComparedCost, CostLine, CostSum } from '../../domain/costs/report.ts'
import { wasteKinds, type CostRow, type RunRow, type WasteKind } from '../../domain/costs/ledger.ts'

/** Adds up what belongs to one line. */
export interface LineBuilder {
  cost(row: CostRow): void
  run(row: RunRow, compared: readonly ComparedCost[]): void
  line(): CostLine
}

/** Stands for a price that nobody knows. */
const noCurrency = 'XXX'

interface Sum {
  jobs: bigint
  /** How many jobs that is: those that were charged in another currency, or at no known price, are not in the mean. */
  charged: number
  readonly waste: Map<WasteKind, bigint>
}

export function createLine(key: string, compared: readonly ComparedCost['with'][]): LineBuilder {
  const sums = new Map<string, Sum>()
  const others = new Map(compared.map((name) => [name, createComparedSum(name)]))
  const line = { jobs: 0, runMs: 0, waitMs: 0, jobMs: 0, wasteMs: 0, unpricedMs: 0 }

  return {
    cost({ keys, nanos, ms, unpricedMs, jobs }) {
      const kind = String(keys.kind)
      line.unpricedMs += unpricedMs
      if (kind === 'job') line.jobMs += ms
      else line.wasteMs += ms
      const currency = String(keys.currency)
      if (currency === noCurrency && nanos === 0n) return
      const sum = sums.get(currency) ?? { jobs: 0n, charged: 0, waste: new Map() }
      sums.set(currency, sum)
      sum.charged += jobs
      if (isWaste(kind)) sum.waste.set(kind, (sum.waste.get(kind) ?? 0n) + nanos)
      else sum.jobs += nanos
    },
    run({ jobs, runMs, waitMs }, costs) {
      line.jobs += jobs
      line.runMs += runMs
      line.waitMs += waitMs
      for (const cost of costs) others.get(cost.with)?.add(cost)
    },
    line: () => ({
      key,
      ...line,
      costs: [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => sumOf(currency, sum)),
      compared: [...others.values()].map((other) => other.sum()),
    }),
  }
}

function isWaste(kind: string): kind is WasteKind {
  return wasteKinds.some((waste) => waste === kind)
}

function sumOf(currency: string, { jobs, charged, waste }: Sum): CostSum {
  const wasted = [...waste.values()].reduce((all, nanos) => all + nanos, 0n)
  const kinds = wasteKinds.flatMap((kind) => {
    const nanos = waste.get(kind)
    return nanos === undefined ? [] : [[kind, String(nanos)] as const]
  })
  return {
    currency,
    jobs: String(jobs),
    waste: String(wasted),
    total: String(jobs + wasted),
    ...(charged > 0 && { perJob: String(jobs / BigInt(charged)) }),
    wasteBy: Object.fromEntries(kinds),
  }
}

function createComparedSum(name: ComparedCost['with']) {
  const amounts = new Map<string, bigint>()
  let counted = 0
  let missing = 0
  return {
    add({ amounts: more, jobs, jobsMissing }: ComparedCost): void {
      for (const { currency, nanos } of more) amounts.set(currency, (amounts.get(currency) ?? 0n) + BigInt(nanos))
      counted += jobs
      missing += jobsMissing
    },
    sum: (): ComparedCost => ({
      with: name,
      amounts: Array.from(amounts, ([currency, nanos]) => ({ currency, nanos: String(nanos) })),
      jobs: counted,
      jobsMissing: missing,
    }),
  }
}
