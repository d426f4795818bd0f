import type { Agent } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Put } from '../../domain/ports/store.ts'
import { createMemory } from '../bounded.ts'
import { runBuckets, seconds, waitBuckets, type Instruments } from '../instruments.ts'
import type { ChangeWatcher } from '../ports/measure-store.ts'

/** Agents whose pool is remembered: the end of a job may be told well after its agent is gone. */
const REMEMBERED_AGENTS = 10_000

/** Queue wait, run time and ends, read off the transitions that the store keeps, so that the logic need not tell. */
export function createTransitions(make: Instruments): ChangeWatcher {
  const pools = createMemory(REMEMBERED_AGENTS)
  const toldLogs = createMemory(REMEMBERED_AGENTS)
  const labels = ['source', 'pool'] as const
  const wait = make.histogram('job_wait_seconds', 'From becoming demand to running.', labels, waitBuckets)
  const run = make.histogram('job_run_seconds', 'From running to done.', labels, runBuckets)
  const done = make.counter('jobs_done_total', 'Jobs that are over.', [...labels, 'conclusion'])
  const activation = make.histogram(
    'agent_activation_seconds',
    'From deciding on an agent to its having its secret.',
    ['pool'],
    waitBuckets,
  )
  const ended = make.counter('agents_ended_total', 'Agents that are gone, by how their container ended.', [
    'pool',
    'exit',
  ])

  const logs = make.counter('agent_logs_total', 'Logs of agents that are over, by whether the archive has them.', [
    'outcome',
  ])
  for (const outcome of ['kept', 'lost']) logs.inc({ outcome }, 0)
  const logBytes = make.counter('archive_bytes_total', 'Bytes of logs that the archive has taken.', [])

  function remember({ key, pool }: Agent): void {
    pools.set(key, pool)
  }

  function onJob({ record: job, expect }: Put<'job'>): void {
    if (expect?.state === job.state) return
    const at = { source: job.source, pool: poolOf(job) }
    // First seen running or done: nobody knows how long it waited.
    if (job.state === 'running' && expect !== null) observeWait(at, job)
    if (job.state !== 'done') return
    if (job.startedAt !== undefined && job.doneAt !== undefined) run.observe(at, seconds(job.doneAt - job.startedAt))
    done.inc({ ...at, conclusion: job.conclusion ?? 'unknown' })
  }

  function observeWait(at: { source: string; pool: string }, job: Job): void {
    if (job.queuedAt !== undefined && job.startedAt !== undefined)
      wait.observe(at, seconds(job.startedAt - job.queuedAt))
  }

  function poolOf(job: Job): string {
    return (job.agent === undefined ? undefined : pools.get(job.agent)) ?? 'none'
  }

  function onAgent({ record: agent, expect }: Put<'agent'>): void {
    remember(agent)
    if (expect?.state === 'activating' && agent.state !== 'activating' && agent.activatedAt !== undefined)
      activation.observe({ pool: agent.pool }, seconds(agent.activatedAt - agent.createdAt))
    onLog(agent)
    if (agent.state === 'gone' && expect?.state !== 'gone')
      ended.inc({ pool: agent.pool, exit: agent.exit?.kind ?? 'unknown' })
  }

  /** An agent is stored again and again while its log is on its way, and after. */
  function onLog({ key, log }: Agent): void {
    if (!log || log.state === 'wanted' || toldLogs.get(key) === log.state) return
    toldLogs.set(key, log.state)
    logs.inc({ outcome: log.state })
    logBytes.inc(log.bytes ?? 0)
  }

  return {
    onLoaded(table, records) {
      if (table !== 'agent') return
      for (const agent of records as readonly Agent[]) {
        remember(agent)
        if (agent.log) toldLogs.set(agent.key, agent.log.state)
      }
    },
    onCommitted(change) {
      if (change.kind !== 'put') return
      if (change.table === 'job') onJob(change)
      else if (change.table === 'agent') onAgent(change)
    },
  }
}
