import type { CostReport } from '../../../domain/costs/report.ts'
import { roundDuration } from '../data/words.ts'
import { Time } from '../parts/time.tsx'

/** What is not known is told first: a missing price is not a price of nothing. */
export function MissingPrices({ report }: { readonly report: CostReport }) {
  const troubled = report.prices.filter(({ missing, stale }) => missing.length > 0 || stale)
  const { unpricedMs } = report.total
  if (troubled.length === 0 && unpricedMs === 0 && report.notes.length === 0) return null
  return (
    <ul class="panel notes">
      {unpricedMs > 0 && (
        <li>
          <strong class="warn">Prices are missing:</strong> {roundDuration(unpricedMs)} of machine time has no known
          price, so the costs are at least what is said.
        </li>
      )}
      {troubled.map(({ fleet, missing, stale, readAt }) => (
        <li key={fleet}>
          <strong>Fleet {fleet}:</strong>
          {missing.length > 0 && ` nobody knows the price of ${missing.join(', ')}.`}
          {stale && readAt !== undefined && (
            <>
              {' '}
              Its prices were read <Time at={readAt} reachable />.
            </>
          )}
        </li>
      ))}
      {report.notes.map((note) => (
        <li key={note} class="dim">
          {note}
        </li>
      ))}
    </ul>
  )
}
