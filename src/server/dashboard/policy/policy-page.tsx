import type { FleetPolicy, Policy, PoolPolicy } from '../../../domain/console/policy.ts'
import type { ToJson } from '../data/json.ts'
import { useLoad } from '../data/use-load.ts'
import { PageTitle } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { PoolTag } from '../parts/pool-tag.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { Calendar } from './calendar.tsx'
import { FleetRules } from './fleet-rules.tsx'
import { PoolRules } from './pool-rules.tsx'
import { FleetWeekFacts, PoolWeekFacts } from './week-facts.tsx'

const EVERY_MS = 30_000

export function PolicyPage() {
  const policy = useLoad('policy', (api, signal) => api.get<ToJson<Policy>>('/policy', signal), { everyMs: EVERY_MS })
  return (
    <>
      <PageTitle title="Policy">
        {policy.data && <span class="dim">as it is in force, defaults included; hours of {policy.data.timeZone}</span>}
      </PageTitle>
      <Answer of={policy} what="the policy">
        {({ pools, fleets, timeZone }) => (
          <div class="stack">
            {pools.length === 0 && <NoPools />}
            {pools.map((pool) => (
              <PoolPanel key={pool.name} pool={pool} timeZone={timeZone} />
            ))}
            {fleets.map((fleet) => (
              <FleetPanel key={fleet.name} fleet={fleet} timeZone={timeZone} />
            ))}
          </div>
        )}
      </Answer>
    </>
  )
}

function PoolPanel({ pool, timeZone }: { readonly pool: ToJson<PoolPolicy>; readonly timeZone: string }) {
  return (
    <Panel title={`Pool ${pool.name}`} aside={<PoolTag name={pool.name} />}>
      <div class={layoutOf(pool.week)}>
        <Calendar week={pool.week} timeZone={timeZone} show={(what) => <PoolWeekFacts week={what} />} />
        <PoolRules pool={pool} />
      </div>
    </Panel>
  )
}

function FleetPanel({ fleet, timeZone }: { readonly fleet: ToJson<FleetPolicy>; readonly timeZone: string }) {
  return (
    <Panel title={`Fleet ${fleet.name}`} aside={<span class="dim">{fleet.provider}</span>}>
      <div class={layoutOf(fleet.week)}>
        <Calendar week={fleet.week} timeZone={timeZone} show={(what) => <FleetWeekFacts week={what} />} />
        <FleetRules fleet={fleet} />
      </div>
    </Panel>
  )
}

/** A calendar stands beside the rules; without one all is one list. */
function layoutOf(week: readonly unknown[]): string {
  return week.length > 1 ? 'two policy' : 'flow'
}

function NoPools() {
  return (
    <div class="panel">
      <Empty title="No pool is configured, so no job is served.">
        <p>
          A pool says which jobs it serves, in which image, on which fleets: <code>pools:</code> in the configuration.
        </p>
      </Empty>
    </div>
  )
}
