import type { CostLine, CostReport } from '../../../domain/costs/report.ts'
import { amountText, shareOf } from '../data/money.ts'
import { percent, roundDuration } from '../data/words.ts'
import { sumIn } from './lines.ts'

/** Who used it: a line each, with a bar against the dearest. */
export function GroupTable({ report, currency }: { readonly report: CostReport; readonly currency: string }) {
  const dearest = report.rows.reduce((most, row) => max(most, sumIn(row, currency)?.total), 1n)
  if (report.rows.length === 0) return <p class="empty">Nobody used anything in these days.</p>
  return (
    <div class="scroll">
      <table class="table cards dense">
        <thead>
          <tr>
            <th scope="col">{report.by}</th>
            <th scope="col" class="number">
              Jobs
            </th>
            <th scope="col" class="number">
              Ran
            </th>
            <th scope="col" class="number">
              Mean wait
            </th>
            <th scope="col" class="number">
              A job
            </th>
            <th scope="col" class="number">
              Cost
            </th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {report.rows.map((row) => (
            <GroupRow key={row.key} row={row} report={report} currency={currency} dearest={dearest} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly row: CostLine
  readonly report: CostReport
  readonly currency: string
  readonly dearest: bigint
}

function GroupRow({ row, report, currency, dearest }: RowProps) {
  const sum = sumIn(row, currency)
  const all = sumIn(report.total, currency)?.total ?? '0'
  const text = (nanos: string | undefined): string => (nanos === undefined ? '' : amountText({ nanos, currency }))
  return (
    <tr>
      <th scope="row" class="breakable">
        {row.key}
      </th>
      <td data-label="Jobs" class="number">
        {row.jobs}
      </td>
      <td data-label="Ran" class="number">
        {roundDuration(row.runMs)}
      </td>
      <td data-label="Mean wait" class="number">
        {row.jobs > 0 ? roundDuration(row.waitMs / row.jobs) : ''}
      </td>
      <td data-label="A job" class="number">
        {text(sum?.perJob)}
      </td>
      <td data-label="Cost" class="number">
        {sum ? text(sum.total) : <span class="warn">not known</span>}
        {row.unpricedMs > 0 && sum && <span class="warn"> at least</span>}
      </td>
      <td data-label="Share">
        {sum && (
          <span class="limit">
            <span class="meter" aria-hidden="true">
              <span style={{ width: `${shareOf(sum.total, dearest) * 100}%` }} />
            </span>
            {percent(shareOf(sum.total, all))}
          </span>
        )}
      </td>
    </tr>
  )
}

function max(most: bigint, nanos: string | undefined): bigint {
  const other = BigInt(nanos ?? '0')
  return other > most ? other : most
}
