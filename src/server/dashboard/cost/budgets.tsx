import type { BudgetView } from '../../../domain/costs/budget.ts'
import type { Status } from '../../../domain/ports/operations.ts'
import { amountText, shareOf } from '../data/money.ts'
import { useLoad } from '../data/use-load.ts'
import { percent } from '../data/words.ts'
import { Chip } from '../parts/chip.tsx'
import { Panel } from '../parts/panel.tsx'
import { Time } from '../parts/time.tsx'

const EVERY_MS = 30_000

/** What of each budget is spent. Nothing is shown where none is configured. */
export function Budgets() {
  const status = useLoad('status', (api, signal) => api.get<Status>('/status', signal), { everyMs: EVERY_MS })
  const budgets = status.data?.budgets ?? []
  if (budgets.length === 0) return null
  return (
    <Panel title="Budgets" bare>
      <div class="scroll">
        <table class="table cards">
          <thead>
            <tr>
              <th scope="col">Budget</th>
              <th scope="col" class="number">
                Spent
              </th>
              <th scope="col" class="number">
                Of
              </th>
              <th scope="col">Share</th>
              <th scope="col">State</th>
              <th scope="col">Renews</th>
            </tr>
          </thead>
          <tbody>
            {budgets.map((budget) => (
              <BudgetRow key={budget.name} budget={budget} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function BudgetRow({ budget }: { readonly budget: BudgetView }) {
  const share = shareOf(budget.spent.nanos, budget.limit.nanos)
  return (
    <tr>
      <th scope="row" class="breakable">
        {budget.name}
      </th>
      <td data-label="Spent" class="number">
        {amountText(budget.spent)}
        {budget.unpricedMs > 0 && <span class="warn"> at least</span>}
      </td>
      <td data-label="Of" class="number">
        {amountText(budget.limit)}
      </td>
      <td data-label="Share">
        <span class="limit">
          <span class="meter" aria-hidden="true">
            <span style={{ width: `${Math.min(1, share) * 100}%` }} />
          </span>
          {percent(share)}
        </span>
      </td>
      <td data-label="State">
        <BudgetChip budget={budget} />
      </td>
      <td data-label="Renews">
        <Time at={budget.renewsAt} />
      </td>
    </tr>
  )
}

function BudgetChip({ budget: { state, hold, warnAt } }: { readonly budget: BudgetView }) {
  if (state === 'spent') return <Chip tone="bad" sign="✕" word={hold ? 'spent: no new agents' : 'spent'} />
  if (state === 'warned') return <Chip tone="warn" sign="!" word={`over ${percent(warnAt)}`} />
  return <Chip tone="good" sign="✓" word="within" />
}
