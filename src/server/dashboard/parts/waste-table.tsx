import type { CostSum } from '../../../domain/costs/report.ts'
import { wasteKinds, type WasteKind } from '../../../domain/costs/ledger.ts'
import { amountText, shareOf } from '../data/money.ts'
import { percent } from '../data/words.ts'

/** What each kind of waste is, for people who see the word for the first time. */
const meanings: Readonly<Record<WasteKind, string>> = {
  boot: 'machines on their way',
  idle: 'room that nobody used',
  warm: 'held ready on purpose',
  start: 'agents before their job began',
  stopped: 'disks of stopped machines',
  drain: 'room on machines that take nothing new',
  delete: 'machines on their way out',
  failed: 'machines that never came up',
  evicted: 'machines taken back by their provider',
}

/** Jobs and every kind of waste with its share: the same as the chart beside it, in numbers. */
export function WasteTable({ sum }: { readonly sum: CostSum }) {
  const rows = wasteKinds.filter((kind) => BigInt(sum.wasteBy[kind] ?? '0') > 0n)
  return (
    <div class="scroll">
      <table class="table waste">
        <thead>
          <tr>
            <th scope="col">What for</th>
            <th scope="col" class="number">
              Amount
            </th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          <Row kind="job" word="jobs" meaning="what jobs used" nanos={sum.jobs} sum={sum} />
          {rows.map((kind) => (
            <Row
              key={kind}
              kind={kind}
              word={kind}
              meaning={meanings[kind]}
              nanos={sum.wasteBy[kind] ?? '0'}
              sum={sum}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly kind: WasteKind | 'job'
  readonly word: string
  readonly meaning: string
  readonly nanos: string
  readonly sum: CostSum
}

function Row({ kind, word, meaning, nanos, sum }: RowProps) {
  const share = shareOf(nanos, sum.total)
  return (
    <tr>
      <th scope="row">
        <span class={`swatch cost-${kind}`} aria-hidden="true" /> {word} <span class="dim small">{meaning}</span>
      </th>
      <td class="number">{amountText({ nanos, currency: sum.currency })}</td>
      <td>
        <span class="limit">
          <span class="meter" aria-hidden="true">
            <span class={`cost-${kind}`} style={{ width: `${share * 100}%` }} />
          </span>
          {percent(share)}
        </span>
      </td>
    </tr>
  )
}
