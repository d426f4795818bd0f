import type { Container } from '../../domain/agent.ts'
import type { Action } from '../../domain/plan.ts'
import type { Pool } from '../../domain/pool.ts'
import { poolShape } from '../../domain/shape.ts'
import type { Survey } from '../survey.ts'

/**
 * Whether the container counts for the pool's `warm.standby`. Pools of one shape may take each other's, but each keeps
 * its own number: so all of them together keep the sum, each on the machines that it may use.
 */
export function isStandbyOf(pool: Pool, container: Container): boolean {
  return isStandby(container) && container.pool === pool.name && container.shape === poolShape(pool)
}

function isStandby({ agent, state }: Container): boolean {
  return !agent && (state === 'requested' || state === 'prepared')
}

/** Standby containers to remove: of a shape that no pool has, too old, too many, or on a machine that takes no work. */
export function staleStandbys(survey: Survey, taken: ReadonlySet<string>): Action[] {
  const held = new Map<string, number>()
  return survey.containers.flatMap((container): Action[] => {
    if (!isStandby(container) || taken.has(container.key)) return []
    const rank = (held.get(container.pool) ?? 0) + 1
    held.set(container.pool, rank)
    const reason = staleness(survey, container, rank)
    return reason ? [{ kind: 'remove-standby', container: container.key, reason }] : []
  })
}

function staleness(survey: Survey, container: Container, rank: number): string | undefined {
  if (survey.snapshot.draining) return 'Slipway is draining'
  const pool = survey.pools.get(container.pool)
  if (!pool || !isStandbyOf(pool, container)) return `pool ${container.pool} no longer keeps such containers`
  const machine = survey.machines.get(container.machine)
  if (!machine) return `its machine ${container.machine} is gone`
  const { cordon } = machine
  if (cordon) return `its machine is cordoned: ${cordon.reason}`
  if (container.createdAt + pool.maxAgeMs <= survey.now) return 'it is too old'
  return rank > pool.warm.standby ? `warm.standby wants ${pool.warm.standby}` : undefined
}
