import type { Job } from '../domain/job.ts'
import type { Pool } from '../domain/pool.ts'
import type { Lane } from './lane.ts'
import type { Hold } from './route.ts'
import type { Survey } from './survey.ts'

/** Counts agents against the limits of their pools while a plan is made. */
export interface Limits {
  /** Why the lane gets no further agent; with a job, why it gets none for that one. */
  hold(lane: LaneLimits, job?: Job): Hold | undefined
  count(lane: LaneLimits, job?: Job): void
  /** Counts the job as one that an agent already coming will take; false if its repository has its most. */
  expect(pool: Pool, job: Job): boolean
}

type LaneLimits = Pick<Lane, 'key' | 'pool' | 'scope'>

export function createLimits(survey: Survey): Limits {
  const { ofPool, ofRepository } = countExisting(survey)
  const ofLane = new Map(Array.from(survey.lanes, ([key, agents]) => [key, agents.length]))
  return {
    hold(lane, job) {
      const { pool } = lane
      const { agents, perScope, perRepository } = pool.limits
      if ((ofPool.get(pool.name) ?? 0) >= agents)
        return limitHold('pool-limit', pool.name, `pool ${pool.name} has its most agents, ${agents}`)
      if ((ofLane.get(lane.key) ?? 0) >= perScope)
        return limitHold(
          'scope-limit',
          pool.name,
          `scope ${lane.scope} has its most agents in pool ${pool.name}, ${perScope}`,
        )
      if (job && (ofRepository.get(`${pool.name}|${job.repository}`) ?? 0) >= perRepository)
        return limitHold(
          'repository-limit',
          pool.name,
          `repository ${job.repository} has its most agents in pool ${pool.name}, ${perRepository}`,
        )
      return undefined
    },
    count(lane, job) {
      bump(ofPool, lane.pool.name)
      bump(ofLane, lane.key)
      if (job) bump(ofRepository, `${lane.pool.name}|${job.repository}`)
    },
    expect(pool, job) {
      const key = `${pool.name}|${job.repository}`
      const most = (ofRepository.get(key) ?? 0) >= pool.limits.perRepository
      if (!most) bump(ofRepository, key)
      return !most
    },
  }
}

/**
 * With `free` binding an agent's repository is known only once it has taken a job: until then it counts for the oldest
 * job that it may take (`expect`). So the limit per repository is exact for `fixed` sources and best effort else.
 */
function countExisting(survey: Survey): { ofPool: Map<string, number>; ofRepository: Map<string, number> } {
  const ofPool = new Map<string, number>()
  const ofRepository = new Map<string, number>()
  for (const agents of survey.lanes.values()) for (const agent of agents) bump(ofPool, agent.pool)
  for (const [key, agent] of survey.agentOfJob) {
    const job = survey.snapshot.jobs.get(key)
    if (job) bump(ofRepository, `${agent.pool}|${job.repository}`)
  }
  return { ofPool, ofRepository }
}

function limitHold(code: Hold['code'], pool: string, reason: string): Hold {
  return { code, pool, reason, next: 'it is placed when one of them ends' }
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
