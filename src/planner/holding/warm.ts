import type { Action } from '../../domain/plan.ts'
import type { Lane } from '../lane.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Limits } from '../placing/limits.ts'
import { laneHold, type Placer } from '../placing/place.ts'
import { isStandbyOf } from './standbys.ts'
import { isComing, isTaking, laneKey, serves, type Survey } from '../survey.ts'
import { scopeProblem } from '../demand/width.ts'

/**
 * Agents kept registered beyond what the queue wants (`warm.agents`, for every scope that the pool serves) and
 * containers kept prepared (`warm.standby`). Both come after demand: they only use room that nobody waits for.
 */
export function keepWarm(
  survey: Survey,
  placer: Placer,
  limits: Limits,
  lanes: readonly Lane[],
  started: readonly Action[],
  lack: Lack,
): Action[] {
  if (survey.snapshot.draining) return []
  return [
    ...warmAgents(survey, placer, limits, lanes, started, lack),
    ...warmStandby(survey, placer, limits, started, lack),
  ]
}

/** Told of each warm agent and standby container that no machine has room for. */
export type Lack = (pool: Pool, what: 'warm agent' | 'standby container') => void

function warmAgents(
  survey: Survey,
  placer: Placer,
  limits: Limits,
  lanes: readonly Lane[],
  started: readonly Action[],
  lack: Lack,
): Action[] {
  const queued = new Map(lanes.map((lane) => [lane.key, lane.queued]))
  const actions: Action[] = []
  for (const pool of survey.snapshot.pools) {
    if (pool.warm.agents === 0) continue
    for (const scope of survey.scopes.values()) {
      if (scope.binding === 'fixed' || !serves(pool, scope.source, scope.name) || scopeProblem(scope, pool)) continue
      const key = laneKey(scope.source, scope.name, pool.name)
      const lane = { key, pool, source: scope.source, scope: scope.name }
      if (laneHold(survey, lane)) continue
      const coming = comingAgents(survey, started, key)
      const taking = (survey.lanes.get(key) ?? []).filter((agent) => isTaking(agent, survey)).length
      const open = Math.max(0, (queued.get(key) ?? 0) - taking)
      const wanted = pool.warm.agents - Math.max(0, coming - open)
      for (let i = 0; i < wanted && !limits.hold(lane); i++) {
        const at = placer.room(pool, pool.resources, pool.image)
        limits.count(lane)
        if ('code' in at) {
          lack(pool, 'warm agent')
          continue
        }
        const { source } = scope
        const reason = `warm.agents keeps ${pool.warm.agents} ready in ${scope.name}`
        actions.push({
          kind: 'start-agent',
          pool: pool.name,
          source,
          scope: scope.name,
          machine: at.machine.key,
          reason,
        })
      }
    }
  }
  return actions
}

function comingAgents(survey: Survey, started: readonly Action[], lane: string): number {
  const starting = started.filter(
    (action) => action.kind === 'start-agent' && laneKey(action.source, action.scope, action.pool) === lane,
  )
  const existing = (survey.lanes.get(lane) ?? []).filter((agent) => isComing(agent, survey))
  return starting.length + existing.length
}

function warmStandby(survey: Survey, placer: Placer, limits: Limits, started: readonly Action[], lack: Lack): Action[] {
  const taken = new Set(started.flatMap((action) => (action.kind === 'start-agent' && action.standby) || []))
  const actions: Action[] = []
  for (const pool of survey.snapshot.pools) {
    if (pool.warm.standby === 0 || survey.backoffs.has(`pool:${pool.name}`) || limits.isSpent(pool)) continue
    const held = survey.containers.filter((c) => isStandbyOf(pool, c) && !taken.has(c.key)).length
    for (let i = held; i < pool.warm.standby; i++) {
      const at = placer.room(pool, pool.resources, pool.image)
      if ('code' in at) {
        lack(pool, 'standby container')
        continue
      }
      const reason = `warm.standby keeps ${pool.warm.standby} prepared`
      actions.push({ kind: 'prepare-standby', pool: pool.name, machine: at.machine.key, reason })
    }
  }
  return actions
}
