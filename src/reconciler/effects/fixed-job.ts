import type { Agent, AgentExit } from '../../domain/agent.ts'
import type { Conclusion, Job } from '../../domain/jobs/job.ts'
import type { Change } from '../../domain/ports/store.ts'
import { journal, poolOf, type Context } from '../context.ts'
import { change } from '../state.ts'

/* With `fixed` binding nobody outside tells of the job: its agent's life is the job's. */

/** The agent is at work, so its job runs. Nothing for a job of a `free` source. */
export function beginJob(context: Context, agent: Agent): Change[] {
  const job = context.state.jobs.get(agent.job ?? '')
  if (!job?.request || job.state !== 'queued') return []
  return [change('job', job, { state: 'running', startedAt: context.clock.wall() })]
}

/** The container's end is the job's. One that never began goes back into the queue, a few times. */
export function concludeJob(context: Context, job: Job, agent: Agent, exit: AgentExit): Change {
  const doneAt = context.clock.wall()
  if (hasBegun(job, agent, exit)) {
    const { exitCode } = exit
    return change('job', job, { state: 'done', doneAt, conclusion: conclusionOf(exit), exitCode })
  }
  const failedStarts = (job.failedStarts ?? 0) + 1
  if (job.cancelRequestedAt !== undefined || exit.kind === 'cancelled')
    return change('job', job, { state: 'done', doneAt, conclusion: 'cancelled' })
  if (failedStarts < (poolOf(context, agent.pool)?.maxFailures ?? 1))
    return change('job', job, { state: 'queued', agent: undefined, failedStarts })
  return change('job', job, { state: 'done', doneAt, conclusion: conclusionOf(exit), failedStarts })
}

/** These say that the command never ran, or that the container waited for it until it was taken away. */
const unbegun: ReadonlySet<AgentExit['kind']> = new Set(['start-failed', 'image-failed', 'dismissed', 'cancelled'])

/**
 * Whether the command has, or may have, begun: then it must not begin again. Between the intent to activate and the
 * record that it worked nobody knows, unless the end itself tells.
 */
function hasBegun(job: Job, agent: Agent, exit: AgentExit): boolean {
  if (job.state === 'running' || agent.registered) return true
  return agent.activatedAt !== undefined && !unbegun.has(exit.kind)
}

function conclusionOf(exit: AgentExit): Conclusion {
  switch (exit.kind) {
    case 'finished':
      return exit.exitCode === 0 ? 'success' : 'failure'
    case 'timed-out':
      return 'timed_out'
    case 'cancelled':
      return 'cancelled'
    case 'killed':
    case 'host-lost':
    case 'evicted':
      return 'lost'
    case 'never-registered':
    case 'version-refused':
    case 'out-of-memory':
    case 'dismissed':
    case 'image-failed':
    case 'start-failed':
      return 'failure'
  }
}

/**
 * An image that a job brings and that is nowhere to be had ends the job after as many failed fetches as its pool allows
 * failed starts. One that some machine has is given its chance there.
 */
export function giveUpOnImage(context: Context, image: string, failures: number, reason: string): Change[] {
  const { images } = context.known
  if ([...context.state.machines.keys()].some((machine) => images.has(`${machine}/${image}`))) return []
  const waiting = [...context.state.jobs.values()].filter(
    (job) => job.state === 'queued' && job.agent === undefined && job.request?.image === image,
  )
  const hopeless = waiting.filter((job) => failures >= failuresAllowed(context, job))
  const doneAt = context.clock.wall()
  return hopeless.flatMap((job) => [
    change('job', job, { state: 'done', doneAt, conclusion: 'failure' }),
    journal(context, 'end-job', `job:${job.key}`, reason, 'done'),
  ])
}

/** Of the pools that may serve it, the most patient decides. */
function failuresAllowed(context: Context, job: Job): number {
  const pools = context.wanted().pools.filter((pool) => pool.serves.some((served) => served.source === job.source))
  return Math.max(1, ...pools.map((pool) => pool.maxFailures))
}
