import type { Job } from '../domain/job.ts'
import type { Action } from '../domain/plan.ts'
import type { Pool } from '../domain/pool.ts'
import type { Kind } from './kinds.ts'
import type { Lane } from './lane.ts'
import type { Limits } from './limits.ts'
import { createRouter, needsReading } from './route.ts'
import { isComing, isTaking, laneKey, scopeKey, type Survey } from './survey.ts'
import type { WaitTally } from './waits.ts'

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
  const queues = new Map<string, { pool: Pool; jobs: Job[] }>()
  const reads = createReads()
  for (const job of survey.snapshot.jobs.values()) {
    if (job.state === 'waiting') waits.add(job, heldBySource)
    if (job.ambiguous && (job.readAt ?? 0) + doubtMs <= survey.now)
      reads.add(job, 'events disagree on whether it is queued')
    if (job.state !== 'queued') continue
    const { pool, hold } = route(job)
    if (pool) enqueue(queues, pool, job)
    else {
      waits.add(job, hold)
      const ask = job.origin === 'unknown' && !job.ambiguous && needsReading(job, survey.now)
      if (ask && hold.code === 'reading-origin') reads.add(job, hold.reason)
    }
  }
  const lanes = Array.from(queues, ([key, { pool, jobs }]) => toLane(survey, limits, waits, key, pool, jobs))
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

function enqueue(queues: Map<string, { pool: Pool; jobs: Job[] }>, pool: Pool, job: Job): void {
  const key = laneKey(job.source, job.scope, pool.name)
  const queue = queues.get(key)
  if (queue) queue.jobs.push(job)
  else queues.set(key, { pool, jobs: [job] })
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
    if (agent) waits.add(job, startingHold(1))
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
  const hold = startingHold(coming)
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

function startingHold(agents: number) {
  return {
    code: 'starting',
    reason:
      agents === 1 ? '1 agent is starting or ready for it' : `${agents} agents are starting or ready for such jobs`,
    next: 'an agent takes it as soon as it has connected',
  } as const
}
