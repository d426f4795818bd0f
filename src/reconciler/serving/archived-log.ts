import type { AgentLog } from '../../domain/agent.ts'
import { NotFound, Refused } from '../../domain/errors.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Context } from '../context.ts'

/** What became of the log of the job's agent; undefined where none was wanted, or its agent is forgotten. */
export async function logOf(context: Context, job: Job): Promise<AgentLog | undefined> {
  if (job.agent === undefined) return undefined
  const agent = context.state.agents.get(job.agent) ?? (await context.store.get('agent', job.agent))
  return agent?.log
}

/** The log of the job's agent out of the archive. NotFound says why there is none. */
export async function archivedLog(context: Context, job: Job): Promise<AsyncIterable<Uint8Array>> {
  const log = await logOf(context, job)
  if (!log) throw new NotFound(`no log of job ${job.key} is in an archive`)
  if (log.state === 'wanted') throw new NotFound(`the log of job ${job.key} is on its way into the archive`)
  if (log.state === 'lost')
    throw new NotFound(`the log of job ${job.key} was lost: ${log.detail ?? 'nobody knows why'}`)
  const policy = context.wanted().archive
  if (!policy) throw new Refused(`the log is at ${log.url}, but no archive is configured any more`)
  return policy.archive.get(log.name ?? '')
}
