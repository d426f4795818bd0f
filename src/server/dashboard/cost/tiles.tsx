import type { ComponentChildren } from 'preact'
import type { CostReport } from '../../../domain/costs/report.ts'
import { amountText, shareOf } from '../data/money.ts'
import { counted, percent, roundDuration } from '../data/words.ts'
import { sumIn } from './lines.ts'

/** The numbers one comes for. */
export function Tiles({ report, currency }: { readonly report: CostReport; readonly currency: string }) {
  const { total } = report
  const sum = sumIn(total, currency)
  if (!sum) return null
  const days = Math.round((report.until - report.since) / 86_400_000)
  const text = (nanos: string): string => amountText({ nanos, currency })
  return (
    <dl class="tiles">
      <Tile name="All" value={text(sum.total)}>
        {total.unpricedMs > 0 ? (
          <span class="warn">at least: {roundDuration(total.unpricedMs)} without a price</span>
        ) : (
          `${counted(days, 'day')}, waste included`
        )}
      </Tile>
      <Tile name="Jobs" value={text(sum.jobs)}>
        {percent(shareOf(sum.jobs, sum.total))}, {counted(total.jobs, 'job')}
      </Tile>
      <Tile name="Waste" value={text(sum.waste)}>
        {percent(shareOf(sum.waste, sum.total))}
      </Tile>
      <Tile name="A job, on average" value={sum.perJob === undefined ? '–' : text(sum.perJob)}>
        {total.jobs > 0 &&
          `ran ${roundDuration(total.runMs / total.jobs)}, waited ${roundDuration(total.waitMs / total.jobs)}`}
      </Tile>
    </dl>
  )
}

function Tile({
  name,
  value,
  children,
}: {
  readonly name: string
  readonly value: string
  readonly children?: ComponentChildren
}) {
  return (
    <div class="panel tile">
      <dt>{name}</dt>
      <dd class="tile-value">{value}</dd>
      <dd class="dim small">{children}</dd>
    </div>
  )
}
