import type { FleetWeek, PoolWeek } from '../../../domain/console/policy.ts'
import type { ToJson } from '../data/json.ts'
import { amountText } from '../data/money.ts'
import { Facts } from '../parts/panel.tsx'

const NONE = <span class="dim">no limit</span>

export function PoolWeekFacts({ week: { limits, warm } }: { readonly week: PoolWeek }) {
  return (
    <Facts
      of={[
        ['Agents', limits.agents ?? NONE],
        ['A scope', limits.perScope ?? NONE],
        ['A repository', limits.perRepository ?? NONE],
        ['Warm agents', warm.agents],
        ['Standby', warm.standby],
      ]}
    />
  )
}

export function FleetWeekFacts({ week: { limits, warm } }: { readonly week: ToJson<FleetWeek> }) {
  return (
    <Facts
      of={[
        ['Machines', limits.machines ?? NONE],
        ['An hour', limits.machinesPerHour ?? NONE],
        ['Agents a machine', limits.agentsPerMachine ?? NONE],
        ['Money a day', limits.moneyPerDay ? amountText(limits.moneyPerDay) : NONE],
        ['Warm machines', warm.machines],
        ['Stopped', warm.stopped],
      ]}
    />
  )
}
