import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import { costGroups, type CostGroup, type CostReport } from '../../../domain/costs/report.ts'
import { useConsole } from '../data/console.ts'
import { useLoad } from '../data/use-load.ts'
import { PageTitle } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { WasteTable } from '../parts/waste-table.tsx'
import { Budgets } from './budgets.tsx'
import { Comparisons } from './comparisons.tsx'
import { DayChart } from './day-chart.tsx'
import { GroupTable } from './group-table.tsx'
import { currenciesOf, daysOf, sumIn } from './lines.ts'
import { MissingPrices } from './missing-prices.tsx'
import { Tiles } from './tiles.tsx'

const DAY_MS = 86_400_000
const EVERY_MS = 30_000
const ranges = [7, 30, 90] as const

export function CostPage() {
  const { query, route } = useLocation()
  const days = ranges.find((range) => String(range) === query['days']) ?? 30
  const by = costGroups.find((group) => group === query['by'] && group !== 'day') ?? 'repository'
  const change = (next: { readonly days?: number; readonly by?: CostGroup }): void =>
    route(`/cost?days=${next.days ?? days}&by=${next.by ?? by}`, true)
  const daily = useReport('day', days)
  return (
    <>
      <PageTitle title="Cost">
        <div class="end" role="group" aria-label="How far back">
          {ranges.map((range) => (
            <button
              key={range}
              type="button"
              class="button"
              aria-pressed={range === days}
              onClick={() => change({ days: range })}
            >
              {range} days
            </button>
          ))}
        </div>
      </PageTitle>
      <Answer of={daily} what="the costs">
        {(report) => <Report report={report} days={days} by={by} onBy={(next) => change({ by: next })} />}
      </Answer>
    </>
  )
}

/** Whole days UTC, today among them. */
function useReport(by: CostGroup, days: number) {
  const { ticker } = useConsole()
  return useLoad(
    `${by} ${days}`,
    (api, signal) => {
      const since = ticker.now.peek() - (days - 1) * DAY_MS
      return api.get<CostReport>(`/cost?by=${by}&since=${Math.floor(since)}`, signal)
    },
    { everyMs: EVERY_MS, keeps: true },
  )
}

interface ReportProps {
  readonly report: CostReport
  readonly days: number
  readonly by: CostGroup
  readonly onBy: (by: CostGroup) => void
}

function Report({ report, days, by, onBy }: ReportProps) {
  const currencies = currenciesOf(report)
  const [chosen, setChosen] = useState<string>()
  const currency = currencies.find((one) => one === chosen) ?? currencies[0]
  if (currency === undefined) return <NoMoney report={report} />
  const sum = sumIn(report.total, currency)
  return (
    <div class="stack">
      <MissingPrices report={report} />
      {currencies.length > 1 && (
        <label class="field currency">
          <span>Amounts of two currencies are never added. Shown is</span>
          <select value={currency} onChange={(event) => setChosen(event.currentTarget.value)}>
            {currencies.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      <Tiles report={report} currency={currency} />
      <Panel title="By day" aside={<span class="dim">UTC; jobs below, waste above</span>}>
        <DayChart rows={daysOf(report)} currency={currency} />
      </Panel>
      <div class="two">
        <Panel title="What it went to" class="tight">
          {sum && <WasteTable sum={sum} />}
        </Panel>
        <Comparisons report={report} currency={currency} />
      </div>
      <Budgets />
      <Groups days={days} by={by} onBy={onBy} currency={currency} />
    </div>
  )
}

function Groups({
  days,
  by,
  onBy,
  currency,
}: {
  days: number
  by: CostGroup
  onBy: (by: CostGroup) => void
  currency: string
}) {
  const grouped = useReport(by, days)
  const aside = (
    <span class="group-by">
      <a href={`/api/v1/cost?by=${by}&since=${days - 1}d&format=csv`} download>
        CSV
      </a>
      <label>
        by{' '}
        <select value={by} onChange={(event) => onBy(event.currentTarget.value as CostGroup)}>
          {costGroups
            .filter((group) => group !== 'day')
            .map((group) => (
              <option key={group}>{group}</option>
            ))}
        </select>
      </label>
    </span>
  )
  return (
    <Panel title="Who used it" bare aside={aside}>
      <Answer of={grouped} what="the costs">
        {(report) => <GroupTable report={report} currency={currency} />}
      </Answer>
    </Panel>
  )
}

function NoMoney({ report }: { readonly report: CostReport }) {
  return (
    <div class="stack">
      <MissingPrices report={report} />
      <div class="panel">
        <Empty title="Nothing was charged in these days.">
          <p>
            Machines that Slipway makes cost from the moment their provider accepts to make them, and are charged once a
            minute. Prices come from the provider; a fleet’s own stand in the configuration:
          </p>
          <pre>prices: &#123; Standard_D8ads_v5: 0.38 USD/hour &#125;</pre>
        </Empty>
      </div>
    </div>
  )
}
