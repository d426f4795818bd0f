import type { Container } from '../domain/agent.ts'
import type { Action } from '../domain/plan.ts'
import type { Pool } from '../domain/pool.ts'
import { poolShape } from '../domain/shape.ts'
import { pushTo, type Survey } from './survey.ts'

/** Standby containers to remove: of a shape that no pool has, too old, too many, or on a machine that takes no work. */
export function staleStandbys(survey: Survey, taken: ReadonlySet<string>): Action[] {
  const pools = new Map<string, Pool[]>()
  for (const pool of survey.snapshot.pools) pushTo(pools, poolShape(pool), pool)
  const held = new Map<string, number>()
  return survey.containers.flatMap((container): Action[] => {
    if (container.agent || taken.has(container.key)) return []
    if (container.state !== 'prepared' && container.state !== 'requested') return []
    const rank = (held.get(container.shape) ?? 0) + 1
    held.set(container.shape, rank)
    const reason = staleness(survey, container, pools.get(container.shape) ?? [], rank)
    return reason ? [{ kind: 'remove-standby', container: container.key, reason }] : []
  })
}

function staleness(survey: Survey, container: Container, pools: readonly Pool[], rank: number): string | undefined {
  if (survey.snapshot.draining) return 'Slipway is draining'
  if (pools.length === 0) return 'no pool has this shape any more'
  const cordon = survey.machines.get(container.machine)?.cordon
  if (cordon) return `its machine is cordoned: ${cordon.reason}`
  if (container.createdAt + Math.max(...pools.map((pool) => pool.maxAgeMs)) <= survey.now) return 'it is too old'
  const wanted = pools.reduce((sum, pool) => sum + pool.warm.standby, 0)
  return rank > wanted ? `warm.standby wants ${wanted}` : undefined
}
