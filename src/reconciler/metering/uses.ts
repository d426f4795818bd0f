import { isLiveAgent, type Agent } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Holder, Use } from '../../domain/ports/ledger.ts'
import { poolOf, type Context } from '../context.ts'
import type { Body } from './metering.ts'

/** What the body was used for; undefined while its container is not known. */
export function holderOf(context: Context, { container, agent, job }: Body): Holder | undefined {
  if (!container) return undefined
  const { key, pool, resources, createdAt, goneAt = Infinity } = container
  const standby: Use = { from: createdAt, until: agent?.createdAt ?? goneAt, kind: 'warm' }
  const uses = agent ? [standby, ...usesOf(context, agent, job)] : [standby]
  return { key, pool: agent?.pool ?? pool, resources, uses: uses.filter(({ from, until }) => from < until) }
}

/** From starting over waiting for a job and running it to being cleared away. */
function usesOf(context: Context, agent: Agent, job: Job | undefined): Use[] {
  const end = isLiveAgent(agent) ? Infinity : agent.stateAt
  const [begun, done] = runOf(agent, job) ?? [end, end]
  const idleFrom = Math.min(agent.activatedAt ?? begun, begun)
  // An agent whose end is under way waits for no job.
  const idleUntil = Math.min(begun, agent.state === 'ending' ? Math.max(agent.stateAt, idleFrom) : end)
  const warm = (poolOf(context, agent.pool)?.warm.agents ?? 0) > 0
  return [
    { from: agent.createdAt, until: idleFrom, kind: 'start' },
    { from: idleFrom, until: idleUntil, kind: warm ? 'warm' : 'start' },
    { from: idleUntil, until: begun, kind: 'start' },
    { from: begun, until: done, kind: 'job', ...(job && { job: job.key }) },
    { from: done, until: end, kind: 'start' },
  ]
}

/** When the job ran in the agent, within the agent's own life. */
export function runOf(agent: Agent, job: Job | undefined): readonly [from: number, until: number] | undefined {
  if (!job || (job.agent !== undefined && job.agent !== agent.key)) return undefined
  // The source may have told only that it is over.
  const startedAt = job.startedAt ?? (job.doneAt === undefined ? undefined : agent.activatedAt)
  if (startedAt === undefined) return undefined
  const end = isLiveAgent(agent) ? Infinity : agent.stateAt
  const from = Math.min(Math.max(startedAt, agent.createdAt), end)
  return [from, Math.max(from, Math.min(job.doneAt ?? Infinity, end))]
}
