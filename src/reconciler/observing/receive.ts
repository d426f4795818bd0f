import type { Agent } from '../../domain/agent.ts'
import { Conflict } from '../../domain/errors.ts'
import { jobKey, type Job, type JobObservation } from '../../domain/jobs/job.ts'
import { observeJob } from '../../domain/jobs/job-states.ts'
import type { Pushed } from '../../domain/ports/source.ts'
import type { Change } from '../../domain/ports/store.ts'
import { notAhead, type Context } from '../context.ts'
import { change, create } from '../state.ts'

const attempts = 5

/**
 * Stores what a source pushed, once: the delivery and what it says of jobs are one commit (rule 5). Resolves when it is
 * durable. `duplicate`: the delivery was stored before.
 */
export async function receive(context: Context, source: string, pushed: Pushed): Promise<'stored' | 'duplicate'> {
  const { delivery } = pushed
  const marker: Change = { kind: 'delivery', source, delivery, at: context.clock.wall() }
  const isKnown = async () => (await context.store.known(source, [delivery])).has(delivery)
  return observe(context, pushed.jobs, [marker], isKnown)
}

/** Folds observations into the records, whatever happens to them meanwhile. */
export async function observe(
  context: Context,
  observations: readonly JobObservation[],
  also: readonly Change[] = [],
  isKnown: () => Promise<boolean> = async () => false,
): Promise<'stored' | 'duplicate'> {
  // A job that is over is no longer in memory: the store knows it, and a late event must not bring it back.
  const over = new Map<string, Job>()
  for (let attempt = 1; ; attempt++) {
    try {
      await context.state.commit([...also, ...fold(context, observations, over)])
      return 'stored'
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
      if (await isKnown()) return 'duplicate'
      if (attempt === attempts) throw error
      await recall(context, observations, over)
    }
  }
}

async function recall(
  context: Context,
  observations: readonly JobObservation[],
  over: Map<string, Job>,
): Promise<void> {
  for (const key of new Set(observations.map(jobKey))) {
    if (context.state.jobs.has(key)) continue
    const job = await context.store.get('job', key)
    if (job) over.set(key, job)
  }
}

function fold(context: Context, observations: readonly JobObservation[], over: ReadonlyMap<string, Job>): Change[] {
  const jobs = new Map<string, { seen?: Job; now: Job }>()
  const changes: Change[] = []
  for (const told of observations) {
    const observation = { ...told, began: notAhead(context, told.began) }
    const key = jobKey(observation)
    const seen = jobs.get(key)?.seen ?? context.state.jobs.get(key) ?? over.get(key)
    jobs.set(key, { seen, now: observeJob(jobs.get(key)?.now ?? seen, observation) })
  }
  const met = new Set<string>()
  for (const { seen, now } of jobs.values()) {
    const agent = agentOf(context, now)
    const job = agent && now.agent !== agent.key ? { ...now, agent: agent.key } : now
    if (agent && !met.has(agent.key)) {
      met.add(agent.key)
      changes.push(...meet(context, agent, job))
    }
    if (!seen) changes.push(create('job', job))
    else if (job !== seen) changes.push(change('job', seen, job))
  }
  return changes
}

/** Who took the job is learnt from the registration's name (rule 2); once learnt, it outlives the registration. */
function agentOf(context: Context, job: Job): Agent | undefined {
  if (job.takenBy === undefined) return undefined
  const registration = context.state.registrations.get(`${job.source}/${job.takenBy}`)
  return context.state.agents.get(registration?.agent ?? job.agent ?? '')
}

/** The agent is at work, or was: whatever we were about to do with it, it is not idle. */
function meet(context: Context, agent: Agent, job: Job): Change[] {
  const atWork = ['activating', 'idle', 'dismissing', 'draining'].includes(agent.state)
  const jobDoneAt = job.state === 'done' ? overSince(context, agent, job) : undefined
  if (agent.job === job.key && agent.registered && agent.jobDoneAt === jobDoneAt && !atWork) return []
  const patch: Partial<Agent> = { job: job.key, registered: true, jobDoneAt }
  const state: Partial<Agent> = atWork ? { state: 'running', stateAt: context.clock.wall() } : {}
  return [change('agent', agent, { ...patch, ...state })]
}

/** A job that is over keeps its times when the clock jumps, an agent does not: what it has is right, and never to come. */
function overSince(context: Context, agent: Agent, job: Job): number | undefined {
  const known = agent.job === job.key ? agent.jobDoneAt : undefined
  return known ?? (job.doneAt === undefined ? undefined : Math.min(job.doneAt, context.clock.wall()))
}
