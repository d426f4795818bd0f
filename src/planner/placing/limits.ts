import type { Job } from '../../domain/jobs/job.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Lane } from '../lane.ts'
import type { Hold } from '../demand/route.ts'
import type { Survey } from '../survey.ts'
import { createBudgetHolds } from './budgets.ts'

/** Counts agents against the limits of their pools while a plan is made. */
export interface Limits {
  /** Why the lane gets no further agent; with a job, why it gets none for that one. */
  hold(lane: LaneLimits, job?: Job): Hold | undefined
  /** Whether a budget holds all agents of the pool. */
  isSpent(pool: Pool): boolean
  count(lane: LaneLimits, job?: Job): void
  /** Counts the job as one that an agent already coming will take; false if its repository has its most or is held by a budget. */
  expect(pool: Pool, job: Job): boolean
}

type LaneLimits = Pick<Lane, 'key' | 'pool' | 'scope'>

export function createLimits(survey: Survey): Limits {
  const { ofPool, ofRepository } = countExisting(survey)
  const ofLane = new Map(Array.from(survey.lanes, ([key, agents]) => [key, agents.length]))
  const holds = new Map<string, Hold>()
  const budgets = createBudgetHolds(survey)

  /** Thousands of jobs may be held by one limit: they share its words. */
  function share(id: string, make: () => Hold): Hold {
    const hold = holds.get(id) ?? make()
    holds.set(id, hold)
    return hold
  }

  return {
    hold(lane, job) {
      const { pool } = lane
      const { agents, perScope, perRepository } = pool.limits
      const spent = budgets.hold(pool, job)
      if (spent) return spent
      if ((ofPool.get(pool.name) ?? 0) >= agents) return share(pool.name, () => poolLimit(pool))
      if ((ofLane.get(lane.key) ?? 0) >= perScope) return share(lane.key, () => scopeLimit(pool, lane.scope))
      if (job && ofRepository.of(pool.name, job.repository) >= perRepository)
        return share(`${pool.name} ${job.repository}`, () => repositoryLimit(pool, job.repository))
      return undefined
    },
    isSpent: (pool) => budgets.hold(pool) !== undefined,
    count(lane, job) {
      bump(ofPool, lane.pool.name)
      bump(ofLane, lane.key)
      if (job) ofRepository.bump(lane.pool.name, job.repository)
    },
    expect(pool, job) {
      if (budgets.hold(pool, job)) return false
      const most = ofRepository.of(pool.name, job.repository) >= pool.limits.perRepository
      if (!most) ofRepository.bump(pool.name, job.repository)
      return !most
    },
  }
}

/**
 * With `free` binding an agent's repository is known only once it has taken a job: until then it counts for the oldest
 * job that it may take (`expect`). So the limit per repository is exact for `fixed` sources and best effort else.
 */
function countExisting(survey: Survey) {
  const ofPool = new Map<string, number>()
  const ofRepository = createRepositoryCounts()
  for (const agents of survey.lanes.values()) for (const agent of agents) bump(ofPool, agent.pool)
  for (const [key, agent] of survey.agentOfJob) {
    const job = survey.snapshot.jobs.get(key)
    if (job) ofRepository.bump(agent.pool, job.repository)
  }
  return { ofPool, ofRepository }
}

/** By pool and repository, without a key made for every question. */
function createRepositoryCounts() {
  const byPool = new Map<string, Map<string, number>>()
  return {
    of: (pool: string, repository: string): number => byPool.get(pool)?.get(repository) ?? 0,
    bump(pool: string, repository: string): void {
      const counts = byPool.get(pool) ?? new Map<string, number>()
      byPool.set(pool, counts)
      bump(counts, repository)
    },
  }
}

function poolLimit(pool: Pool): Hold {
  return limitHold('pool-limit', pool, `pool ${pool.name} has its most agents, ${pool.limits.agents}`)
}

function scopeLimit(pool: Pool, scope: string): Hold {
  const reason = `scope ${scope} has its most agents in pool ${pool.name}, ${pool.limits.perScope}`
  return limitHold('scope-limit', pool, reason)
}

function repositoryLimit(pool: Pool, repository: string): Hold {
  const reason = `repository ${repository} has its most agents in pool ${pool.name}, ${pool.limits.perRepository}`
  return limitHold('repository-limit', pool, reason)
}

function limitHold(code: Hold['code'], pool: Pool, reason: string): Hold {
  return { code, pool: pool.name, reason, next: 'it is placed when one of them ends' }
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
