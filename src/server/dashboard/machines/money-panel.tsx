import type { CostSum } from '../../../domain/costs/report.ts'
import type { MachineLife } from '../../../domain/console/life.ts'
import { amountText } from '../data/money.ts'
import { Panel } from '../parts/panel.tsx'
import { WasteTable } from '../parts/waste-table.tsx'

/** What it has cost, and what for. A price that nobody knows is said to be missing. */
export function MoneyPanel({ life }: { readonly life: MachineLife }) {
  const { made, cost, price } = life.machine
  if (!made)
    return (
      <Panel title="Cost">
        <p class="dim">It was given by hand: Slipway doesn’t know what it costs.</p>
      </Panel>
    )
  return (
    <Panel
      title="Cost"
      aside={price && <span class="dim">{amountText({ ...price, nanos: price.nanosPerHour })} an hour now</span>}
    >
      <p class="sum">
        {cost ? amountText(cost) : <span class="warn">Its price is not known, so its cost isn’t either.</span>}
      </p>
      {life.costs?.map((sum: CostSum) => (
        <WasteTable key={sum.currency} sum={sum} />
      ))}
    </Panel>
  )
}
