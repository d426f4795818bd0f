import type { Money } from '../money.ts'
import type { IsolationPolicy, Os, Trust } from '../pool.ts'
import type { Resources } from '../resources.ts'

/** What holds for a part of every week. The parts of one week follow one another without gaps. */
export interface WeekPart<What> {
  /** Minutes since Monday 00:00 in the time zone of the policy; the last part ends at 10,080. */
  readonly fromMinute: number
  readonly toMinute: number
  readonly what: What
}

/** What is in force, as configured and with every default filled in. Limits that are absent are not there. */
export interface Policy {
  /** An IANA name. */
  readonly timeZone: string
  readonly pools: readonly PoolPolicy[]
  readonly fleets: readonly FleetPolicy[]
}

export interface PoolPolicy {
  readonly name: string
  readonly os: Os
  readonly serves: readonly { readonly source: string; readonly scope?: string }[]
  readonly labels: readonly string[]
  readonly repositories: readonly string[]
  readonly fleets: readonly string[]
  readonly image: string
  readonly resources: Resources
  readonly maxResources: Resources
  readonly priority: number
  readonly trust: Trust
  readonly isolation: IsolationPolicy
  readonly containers: 'none' | 'dind'
  readonly waitTargetMs?: number
  readonly idleTimeoutMs: number
  readonly maxAgeMs: number
  readonly registerTimeoutMs: number
  readonly maxFailures: number
  readonly week: readonly WeekPart<PoolWeek>[]
}

export interface PoolWeek {
  readonly limits: { readonly agents?: number; readonly perScope?: number; readonly perRepository?: number }
  readonly warm: { readonly agents: number; readonly standby: number }
}

export interface FleetPolicy {
  readonly name: string
  readonly provider: string
  readonly os: Os
  readonly zone: string
  readonly reserve: Resources
  readonly burst: { readonly cpu: number }
  readonly spread: 'none' | 'repository'
  /** Absent where machines are given by hand. */
  readonly elastic?: {
    readonly choose: 'ordered' | 'cheapest'
    readonly bootTimeoutMs: number
    readonly idleTimeoutMs: number
    readonly maxAgeMs: number
    readonly maxAgents?: number
    readonly billing: 'second' | 'hour'
    readonly consolidate: boolean
    readonly driftBudget: number
    readonly rerunEvicted: boolean
  }
  readonly week: readonly WeekPart<FleetWeek>[]
}

export interface FleetWeek {
  readonly limits: {
    readonly agentsPerMachine?: number
    readonly machines?: number
    readonly machinesPerHour?: number
    readonly moneyPerDay?: Money
  }
  readonly warm: { readonly machines: number; readonly stopped: number }
}
