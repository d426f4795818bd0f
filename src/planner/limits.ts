import type { Job } from '../domain/job.ts'
import type { Lane } from './demand.ts'
import type { Hold } from './route.ts'
import type { Survey } from './survey.ts'

/** Counts agents against the limits of their pools while a plan is made. */
export interface Limits {
  hold(lane: Lane, job: Job): Hold | undefined
  count(lane: Lane, job: Job): void
}

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
      if ((ofRepository.get(`${pool.name}|${job.repository}`) ?? 0) >= perRepository)
        return limitHold(
          'repository-limit',
          pool.name,
          `${job.repository} has its most agents in pool ${pool.name}, ${perRepository}`,
        )
      return undefined
    },
    count(lane, job) {
      bump(ofPool, lane.pool.name)
      bump(ofLane, lane.key)
      bump(ofRepository, `${lane.pool.name}|${job.repository}`)
    },
  }
}

/**
 * With `free` binding an agent's repository is known only once it has taken a job, so the limit per repository is
 * exact for `fixed` sources and best effort else.
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
