import type { Job } from '../../domain/jobs/job.ts'
import type { Action } from '../../domain/plan.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Kind } from './kinds.ts'
import type { Lane } from '../lane.ts'
import type { Limits } from '../placing/limits.ts'
import { createRouter, needsReading, type Route } from './route.ts'
import { isComing, isTaking, laneKey, scopeKey, type Survey } from '../survey.ts'
import type { WaitTally } from '../waits.ts'

/** How long between two questions about the same doubtful job. */
const doubtMs = 10_000
/** Questions that a plan has for one scope: the source answers a few at a time, and the next plan has the rest. */
const mostReads = 50

/**
 * Rule 1: demand is the set of live queued jobs, each in the lane of its pool. Whatever waits for another reason is
 * told so; jobs in doubt are to be read.
 */
export function findDemand(
  survey: Survey,
  limits: Limits,
  waits: WaitTally,
  kindOf: (job: Job) => Kind,
): { lanes: Lane[]; reads: Action[] } {
  const route = createRouter(survey, kindOf)
  const queues = createQueues()
  const reads = createReads()
  for (const job of survey.snapshot.jobs.values()) {
    if (job.state === 'waiting') waits.add(job, heldBySource)
    if (job.ambiguous && (job.readAt ?? 0) + doubtMs <= survey.now)
      reads.add(job, 'events disagree on whether it is queued')
    if (job.state !== 'queued') continue
    const taken = route(job)
    if (taken.pool) queues.add(taken, job)
    else {
      const { hold } = taken
      waits.add(job, hold)
      const ask = job.origin === 'unknown' && !job.ambiguous && needsReading(job, survey.now)
      if (ask && hold.code === 'reading-origin') reads.add(job, hold.reason)
    }
  }
  const lanes = Array.from(queues.byLane, ([key, { pool, jobs }]) => toLane(survey, limits, waits, key, pool, jobs))
  return { lanes, reads: reads.actions }
}

function createReads() {
  const counts = new Map<string, number>()
  const actions: Action[] = []
  return {
    actions,
    add(job: Job, reason: string): void {
      const scope = scopeKey(job.source, job.scope)
      const count = counts.get(scope) ?? 0
      if (count >= mostReads) return
      counts.set(scope, count + 1)
      actions.push({ kind: 'inspect-job', job: job.key, reason })
    },
  }
}

const heldBySource = {
  code: 'held-by-source',
  reason: 'the source holds it back (an approval, or a concurrency group)',
  next: 'it becomes demand when the source queues it',
} as const

/** Jobs by lane. Those of one route share a lane, so that its key is made once for all of them. */
function createQueues() {
  const byLane = new Map<string, { pool: Pool; jobs: Job[] }>()
  const byRoute = new Map<Route, Job[]>()

  function find(pool: Pool, { source, scope }: Job): Job[] {
    const key = laneKey(source, scope, pool.name)
    const queue = byLane.get(key) ?? { pool, jobs: [] }
    byLane.set(key, queue)
    return queue.jobs
  }

  return {
    byLane,
    add(route: Route & { readonly pool: Pool }, job: Job): void {
      const jobs = byRoute.get(route) ?? find(route.pool, job)
      byRoute.set(route, jobs)
      jobs.push(job)
    },
  }
}

function toLane(survey: Survey, limits: Limits, waits: WaitTally, key: string, pool: Pool, jobs: Job[]): Lane {
  const first = jobs[0]
  if (!first) throw new Error(`lane ${key} was made without a job`)
  const { source, scope } = first
  const agents = survey.lanes.get(key) ?? []
  const binding = survey.scopes.get(scopeKey(source, scope))?.binding ?? 'free'
  jobs.sort((a, b) => (a.queuedAt ?? 0) - (b.queuedAt ?? 0))
  const coming = agents.filter((agent) => isComing(agent, survey) || isTaking(agent, survey)).length
  const unmet =
    binding === 'fixed' ? withoutAgent(survey, waits, jobs) : beyondComing(limits, waits, pool, jobs, coming)
  return { key, pool, source, scope, binding, unmet, queued: jobs.length, agents: agents.length }
}

function withoutAgent(survey: Survey, waits: WaitTally, jobs: readonly Job[]): readonly Job[] {
  return jobs.filter((job) => {
    const agent = survey.agentOfJob.get(job.key)
    if (agent) waits.add(job, startingHold(1, agent.pool))
    return !agent
  })
}

/**
 * With `free` binding no agent is a job's: those on their way or idle will take the oldest jobs, as far as anybody can
 * tell, and of each repository no more than it may have.
 */
function beyondComing(
  limits: Limits,
  waits: WaitTally,
  pool: Pool,
  jobs: readonly Job[],
  coming: number,
): readonly Job[] {
  const hold = startingHold(coming, pool.name)
  const passedOver: Job[] = []
  let left = coming
  let next = 0
  for (let job = jobs[next]; job && left > 0; job = jobs[++next]) {
    if (!limits.expect(pool, job)) {
      passedOver.push(job)
      continue
    }
    waits.add(job, hold)
    left--
  }
  return passedOver.concat(jobs.slice(next))
}

function startingHold(agents: number, pool: string) {
  return {
    code: 'starting',
    pool,
    reason:
      agents === 1 ? '1 agent is starting or ready for it' : `${agents} agents are starting or ready for such jobs`,
    next: 'an agent takes it as soon as it has connected',
  } as const
}
