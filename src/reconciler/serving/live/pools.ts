import type { Fleet } from '../../../domain/fleet.ts'
import type { LiveFleet, LivePool } from '../../../domain/console/live.ts'
import type { WaitGroup } from '../../../domain/plan.ts'
import type { Context } from '../../context.ts'
import { fleetTarget } from '../../machines/elastic.ts'
import type { WaitMemory } from './recent-waits.ts'

export function livePools(context: Context, waits: readonly WaitGroup[], memory: WaitMemory): LivePool[] {
  const agents = new Map<string, Record<string, number>>()
  for (const { pool, state } of context.state.agents.values()) {
    const counts = agents.get(pool) ?? {}
    counts[state] = (counts[state] ?? 0) + 1
    agents.set(pool, counts)
  }
  const standby = new Map<string, number>()
  for (const { pool, agent } of context.state.containers.values())
    if (!agent) standby.set(pool, (standby.get(pool) ?? 0) + 1)
  const now = context.clock.wall()
  return context.wanted().pools.map(({ name, os, fleets, limits, warm, waitTargetMs }) => {
    const own = waits.filter((group) => group.pool === name)
    return {
      name,
      os,
      fleets,
      queued: own.reduce((sum, { count }) => sum + count, 0),
      agents: agents.get(name) ?? {},
      standby: standby.get(name) ?? 0,
      limit: limitOf(limits.agents),
      warm: { agents: warm.agents, standby: warm.standby },
      broken: own.find(({ code }) => code === 'pool-broken')?.reason,
      recent: { ...memory.of(name, now), ...(waitTargetMs !== undefined && { targetMs: waitTargetMs }) },
    }
  })
}

export function liveFleets(context: Context): LiveFleet[] {
  const now = context.clock.wall()
  const trouble = new Map(
    context.backoffs
      .list()
      .filter(({ until }) => until > now)
      .map(({ target, error }) => [target, error]),
  )
  return context.wanted().fleets.map((fleet) => liveFleet(fleet, trouble.get(fleetTarget(fleet.name))))
}

function liveFleet({ name, provider, os, zone, elastic, limits }: Fleet, problem: string | undefined): LiveFleet {
  return { name, provider, os, zone, elastic: elastic !== undefined, limit: limitOf(limits.machines), problem }
}

/** JSON knows no infinity. */
export function limitOf(limit: number): number | undefined {
  return Number.isFinite(limit) ? limit : undefined
}
