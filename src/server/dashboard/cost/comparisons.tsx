import type { Alternative, ComparedCost, CostReport } from '../../../domain/costs/report.ts'
import { amountText, shareOf } from '../data/money.ts'
import { counted, sentence } from '../data/words.ts'
import { Panel } from '../parts/panel.tsx'
import { differenceText, sumIn } from './lines.ts'

const names: Readonly<Record<Alternative, string>> = {
  'github-hosted': 'GitHub-hosted runners',
  'vm-per-job': 'One VM per job',
}

/** What the same jobs would have cost otherwise, and how that was reckoned. */
export function Comparisons({ report, currency }: { readonly report: CostReport; readonly currency: string }) {
  const ours = sumIn(report.total, currency)?.total ?? '0'
  const unpriced = report.total.unpricedMs > 0
  const dearest = [ours, ...report.total.compared.map((one) => amountIn(one, currency) ?? '0')]
    .map((nanos) => BigInt(nanos))
    .reduce((most, nanos) => (nanos > most ? nanos : most), 1n)
  return (
    <Panel title="The same jobs otherwise">
      <ul class="comparisons">
        <Bar
          name="Slipway, waste included"
          nanos={ours}
          of={dearest}
          currency={currency}
          kind="ours"
          atLeast={unpriced}
        />
        {report.total.compared.map((one) => (
          <Compared key={one.with} one={one} report={report} currency={currency} ours={ours} dearest={dearest} />
        ))}
      </ul>
      {report.total.compared.length === 0 && <p class="dim">Nothing to compare with: no job was charged.</p>}
    </Panel>
  )
}

interface ComparedProps {
  readonly one: ComparedCost
  readonly report: CostReport
  readonly currency: string
  readonly ours: string
  readonly dearest: bigint
}

function Compared({ one, report, currency, ours, dearest }: ComparedProps) {
  const how = report.comparisons.find((comparison) => comparison.with === one.with)
  const nanos = amountIn(one, currency)
  const sides = { ours, atLeastOurs: report.total.unpricedMs > 0, atLeastOther: how?.atLeast ?? false }
  return (
    <>
      {nanos === undefined ? (
        <li>
          <span>{names[one.with]}</span> <span class="warn">not known</span>
        </li>
      ) : (
        <Bar
          name={names[one.with]}
          nanos={nanos}
          of={dearest}
          currency={currency}
          kind="other"
          difference={differenceText({ ...sides, other: nanos })}
          atLeast={how?.atLeast}
        />
      )}
      <li class="dim small">
        {how && `${sentence(how.how)}.`}
        {how?.asOf !== undefined && ` Prices as of ${how.asOf}.`}
        {one.jobsMissing > 0 && ` ${counted(one.jobsMissing, 'job')} not in it.`}
        {how?.missing.map((missing) => (
          <span key={missing} class="warn">
            {' '}
            Missing: {missing}.
          </span>
        ))}
      </li>
    </>
  )
}

interface BarProps {
  readonly name: string
  readonly nanos: string
  readonly of: bigint
  readonly currency: string
  readonly kind: 'ours' | 'other'
  readonly difference?: string
  readonly atLeast?: boolean
}

function Bar({ name, nanos, of, currency, kind, difference, atLeast = false }: BarProps) {
  return (
    <li>
      <span class="comparison-head">
        <span>{name}</span>
        <strong>
          {atLeast && 'at least '}
          {amountText({ nanos, currency })}
        </strong>
        {difference !== undefined && <span class="dim">{difference}</span>}
      </span>
      <span class={`meter ${kind}`} aria-hidden="true">
        <span style={{ width: `${shareOf(nanos, of) * 100}%` }} />
      </span>
    </li>
  )
}

function amountIn(one: ComparedCost, currency: string): string | undefined {
  return one.amounts.find((amount) => amount.currency === currency)?.nanos
}
