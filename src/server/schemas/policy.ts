import { z } from 'zod'
import type { FleetPolicy, Policy, PoolPolicy } from '../../domain/console/policy.ts'
import type { IsolationPolicy, Trust } from '../../domain/pool.ts'
import { resources, type ShapeOf } from './common.ts'
import { digits } from './cost.ts'

const os = z.enum(['linux', 'windows'])
const most = z.number().optional().describe('Absent: no limit.')
const names = z.array(z.string()).readonly()

/** What holds for parts of the week that follow one another without gaps. */
function week<S extends z.ZodType>(what: S) {
  const minute = z.number().describe('Since Monday 00:00; the week ends at 10,080.')
  return z.array(z.object({ fromMinute: minute, toMinute: minute, what })).readonly()
}

const trust = z.object({
  zone: z.string(),
  forks: z.boolean(),
  unknownOrigin: z.boolean(),
  publicRepositories: z.boolean(),
} satisfies ShapeOf<Trust>)

const isolation = z.looseObject({
  sudo: z.boolean(),
  capabilities: names,
  pids: z.number(),
  acceptUnverified: z.boolean(),
} satisfies Partial<ShapeOf<IsolationPolicy>>)

const poolPolicy = z
  .object({
    name: z.string(),
    os,
    serves: z.array(z.object({ source: z.string(), scope: z.string().optional() })).readonly(),
    labels: names,
    repositories: names,
    fleets: names,
    image: z.string(),
    resources,
    maxResources: resources,
    priority: z.number(),
    trust,
    isolation,
    containers: z.enum(['none', 'dind']),
    waitTargetMs: z.number().optional().describe('Jobs are expected to begin within this.'),
    idleTimeoutMs: z.number(),
    maxAgeMs: z.number(),
    registerTimeoutMs: z.number(),
    maxFailures: z.number(),
    week: week(
      z.object({
        limits: z.object({ agents: most, perScope: most, perRepository: most }),
        warm: z.object({ agents: z.number(), standby: z.number() }),
      }),
    ),
  } satisfies ShapeOf<PoolPolicy>)
  .meta({ id: 'PoolPolicy' })

const fleetPolicy = z
  .object({
    name: z.string(),
    provider: z.string(),
    os,
    zone: z.string(),
    reserve: resources,
    burst: z.object({ cpu: z.number() }),
    spread: z.enum(['none', 'repository']),
    elastic: z
      .object({
        choose: z.enum(['ordered', 'cheapest']),
        bootTimeoutMs: z.number(),
        idleTimeoutMs: z.number(),
        maxAgeMs: z.number(),
        maxAgents: most,
        billing: z.enum(['second', 'hour']),
        consolidate: z.boolean(),
        driftBudget: z.number(),
        rerunEvicted: z.boolean(),
      } satisfies ShapeOf<NonNullable<FleetPolicy['elastic']>>)
      .optional()
      .describe('Absent where machines are given by hand.'),
    week: week(
      z.object({
        limits: z.object({
          agentsPerMachine: most,
          machines: most,
          machinesPerHour: most,
          moneyPerDay: z.object({ nanos: digits, currency: z.string() }).optional(),
        }),
        warm: z.object({ machines: z.number(), stopped: z.number() }),
      }),
    ),
  } satisfies ShapeOf<FleetPolicy>)
  .meta({ id: 'FleetPolicy' })

export const policy = z
  .object({
    timeZone: z.string().describe('The one that minutes of the week are in.'),
    pools: z.array(poolPolicy).readonly(),
    fleets: z.array(fleetPolicy).readonly(),
  } satisfies ShapeOf<Policy>)
  .meta({ id: 'Policy' })

/** Amounts travel as digits. */
export function policyView({ fleets, ...rest }: Policy): z.output<typeof policy> {
  return {
    ...rest,
    pools: rest.pools.map((pool) => ({ ...pool, isolation: { ...pool.isolation } })),
    fleets: fleets.map(fleetView),
  }
}

function fleetView({ week: parts, ...fleet }: FleetPolicy): z.output<typeof fleetPolicy> {
  const shown = parts.map(({ what: { limits, warm }, ...span }) => {
    const { moneyPerDay: money, ...counts } = limits
    const moneyPerDay = money && { nanos: String(money.nanos), currency: money.currency }
    return { ...span, what: { limits: { ...counts, moneyPerDay }, warm } }
  })
  return { ...fleet, week: shown }
}
