import type { Agent, Container } from '../../../domain/agent.ts'
import type { Job } from '../../../domain/jobs/job.ts'
import { jobSteps, type JobStep, type JobTimeline } from '../../../domain/console/life.ts'
import type { Context } from '../../context.ts'

/** What the job and its agent have come through, as far as their records are still there. */
export async function timelineOf(context: Context, job: Job): Promise<JobTimeline> {
  const { state, store } = context
  const key = job.agent
  if (key === undefined) return { job, steps: stepsOf(job) }
  const agent = state.agents.get(key) ?? (await store.get('agent', key))
  const container = state.containers.get(key) ?? (await store.get('container', key))
  const machine = agent && (state.machines.get(agent.machine) ?? (await store.get('machine', agent.machine)))
  const place = machine && { key: machine.key, fleet: machine.fleet, state: machine.state }
  return { job, agent, steps: stepsOf(job, agent, container), machine: place }
}

function stepsOf(job: Job, agent?: Agent, container?: Container): JobTimeline['steps'] {
  const times: Record<JobStep, number | undefined> = {
    queued: job.queuedAt,
    requested: agent?.createdAt,
    prepared: container?.preparedAt,
    activated: agent?.activatedAt,
    running: job.startedAt,
    done: job.doneAt,
  }
  return jobSteps.flatMap((step) => {
    const at = times[step]
    return at === undefined ? [] : [{ step, at }]
  })
}
