import type { Agent } from '../../domain/agent.ts'
import type { LogFacts } from '../../domain/ports/archive.ts'
import type { Context } from '../context.ts'

/** Whose log it is. A job that is over is no longer in memory. */
export async function factsOf(context: Context, agent: Agent): Promise<LogFacts> {
  const { key, pool, machine, source, scope, exit, job: jobKey = '' } = agent
  const job = context.state.jobs.get(jobKey) ?? (await context.store.get('job', jobKey))
  const named = job && { key: job.key, repository: job.repository, workflow: job.workflow, name: job.name }
  return {
    agent: key,
    pool,
    machine,
    source,
    scope,
    ...(named && { job: named }),
    beganAt: agent.activatedAt ?? agent.createdAt,
    endedAt: agent.stateAt,
    exit: exit ?? { kind: 'finished', detail: '' },
  }
}
