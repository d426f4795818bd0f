import type { RecentWaits } from '../../../domain/console/live.ts'
import type { Committed, State } from '../../state.ts'

const windowMs = 3_600_000
/** Of each pool: in a flood the newest speak for the hour. */
const mostKept = 1000
/** Pools come and go with the configuration. */
const mostPools = 1000

interface Wait {
  readonly at: number
  readonly ms: number
}

/** How long jobs waited lately, by pool: from queued to running. In memory only. */
export interface WaitMemory {
  note(changes: readonly Committed[]): void
  of(pool: string, now: number): RecentWaits
}

export function createWaitMemory(state: State): WaitMemory {
  const byPool = new Map<string, Wait[]>()

  function keep(pool: string, wait: Wait): void {
    const waits = byPool.get(pool) ?? []
    waits.push(wait)
    if (waits.length > mostKept * 2) waits.splice(0, waits.length - mostKept)
    byPool.delete(pool)
    byPool.set(pool, waits)
    if (byPool.size > mostPools) byPool.delete(byPool.keys().next().value ?? '')
  }

  return {
    note(changes) {
      for (const { table, now, before } of changes) {
        // First seen running: nobody knows how long it waited. Without an agent of ours it is no pool's.
        if (table !== 'job' || now.state !== 'running' || !before || before.state === 'running') continue
        const agent = now.agent === undefined ? undefined : state.agents.get(now.agent)
        if (!agent || now.queuedAt === undefined || now.startedAt === undefined) continue
        keep(agent.pool, { at: now.startedAt, ms: Math.max(0, now.startedAt - now.queuedAt) })
      }
    },
    of(pool, now) {
      const waits = (byPool.get(pool) ?? []).filter(({ at }) => at > now - windowMs).slice(-mostKept)
      if (waits.length === 0) return { jobs: 0 }
      const ms = waits.map((wait) => wait.ms).sort((a, b) => a - b)
      return { jobs: ms.length, p50Ms: quantile(ms, 0.5), p95Ms: quantile(ms, 0.95) }
    },
  }
}

/** Of ascending numbers: the smallest that at least this part of them does not exceed. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
}
