import type { Fleet } from '../../domain/fleet.ts'
import type { FleetPolicy, Policy, PoolPolicy, WeekPart } from '../../domain/console/policy.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Wanted } from '../context.ts'
import { limitOf } from './live/pools.ts'

const weekMinutes = 7 * 24 * 60

/** What is in force, as configured. Nothing depends on the time of the week yet, so a week has one part. */
export function policyOf({ pools, fleets }: Pick<Wanted, 'pools' | 'fleets'>): Policy {
  return { timeZone: 'UTC', pools: pools.map(poolPolicy), fleets: fleets.map(fleetPolicy) }
}

function poolPolicy({ limits, warm, ...pool }: Pool): PoolPolicy {
  const { agents, perScope, perRepository } = limits
  const what = {
    limits: { agents: limitOf(agents), perScope: limitOf(perScope), perRepository: limitOf(perRepository) },
    warm: { agents: warm.agents, standby: warm.standby },
  }
  return {
    name: pool.name,
    os: pool.os,
    serves: pool.serves,
    labels: pool.labels,
    repositories: pool.repositories,
    fleets: pool.fleets,
    image: pool.image,
    resources: pool.resources,
    maxResources: pool.maxResources,
    priority: pool.priority,
    trust: pool.trust,
    isolation: pool.isolation,
    containers: pool.containers,
    ...(pool.waitTargetMs !== undefined && { waitTargetMs: pool.waitTargetMs }),
    idleTimeoutMs: pool.idleTimeoutMs,
    maxAgeMs: pool.maxAgeMs,
    registerTimeoutMs: pool.registerTimeoutMs,
    maxFailures: pool.maxFailures,
    week: wholeWeek(what),
  }
}

function fleetPolicy({ name, provider, os, zone, reserve, burst, spread, limits, elastic }: Fleet): FleetPolicy {
  const what = {
    limits: {
      agentsPerMachine: limitOf(limits.agentsPerMachine),
      machines: limitOf(limits.machines),
      machinesPerHour: limitOf(limits.machinesPerHour),
      moneyPerDay: limits.moneyPerDay,
    },
    warm: { machines: elastic?.warm.machines ?? 0, stopped: elastic?.warm.stopped ?? 0 },
  }
  const plain = { name, provider, os, zone, reserve, burst: { cpu: burst.cpu }, spread }
  return { ...plain, ...(elastic && { elastic: comingAndGoing(elastic) }), week: wholeWeek(what) }
}

function comingAndGoing(elastic: NonNullable<Fleet['elastic']>): FleetPolicy['elastic'] {
  const { warm: _warm, template: _template, maxAgents, ...told } = elastic
  return { ...told, maxAgents: limitOf(maxAgents) }
}

function wholeWeek<What>(what: What): WeekPart<What>[] {
  return [{ fromMinute: 0, toMinute: weekMinutes, what }]
}
