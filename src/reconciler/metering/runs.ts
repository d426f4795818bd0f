import type { JobRun } from '../../domain/costs/ledger.ts'
import type { Job } from '../../domain/jobs/job.ts'
import { requirementText } from '../../domain/jobs/requirement.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Change } from '../../domain/ports/store.ts'
import type { Context } from '../context.ts'
import type { Body } from './metering.ts'
import { runOf } from './uses.ts'

/** The runs of jobs that ran in the span, as far as they are not stored so. */
export function runChanges(context: Context, machine: Machine, bodies: Iterable<Body>, from: number, until: number) {
  const changes: Change[] = []
  for (const { agent, job, container } of bodies) {
    const ran = agent && runOf(agent, job)
    if (!agent || !job || !container || !ran) continue
    if (ran[0] >= until || ran[1] <= from || ran[0] === ran[1]) continue
    if (context.state.runs.has(job.key) && job.doneAt === undefined) continue
    const { milliCpu, memory } = container.resources
    const where = { pool: agent.pool, fleet: machine.fleet, machine: machine.key, milliCpu, memory }
    changes.push({ kind: 'job-run', run: { ...factsOf(job, ran[0]), ...where } })
  }
  return changes
}

function factsOf(job: Job, startedAt: number): Omit<JobRun, 'pool' | 'fleet' | 'machine' | 'milliCpu' | 'memory'> {
  const { source, scope, repository, workflow, name, queuedAt = job.receivedAt } = job
  const what = { job: job.key, source, scope, repository, workflow, name, labels: labelsOf(job) }
  return { ...what, queuedAt: Math.min(queuedAt, startedAt), startedAt, ...endOf(job) }
}

function endOf({ doneAt, conclusion }: Job): Pick<JobRun, 'doneAt' | 'conclusion'> {
  return doneAt === undefined ? {} : { doneAt, ...(conclusion && { conclusion }) }
}

function labelsOf({ requirement }: Job): readonly string[] {
  if (requirement.kind === 'all') return [...requirement.labels].sort()
  return requirement.kind === 'pool' ? [] : [requirementText(requirement)]
}

/** Jobs that were found to be done after all of their time was charged. */
export async function lateEnds(context: Context): Promise<Change[]> {
  const { state, store, known } = context
  const changes: Change[] = []
  for (const run of state.runs.values()) {
    if (state.jobs.has(run.job)) continue
    const job = known.metering.doneJobs.get(run.job) ?? (await store.get('job', run.job))
    const end = job?.doneAt === undefined ? { doneAt: run.startedAt } : endOf(job)
    changes.push({ kind: 'job-run', run: { ...run, ...end } })
  }
  for (const key of known.metering.doneJobs.keys()) if (!state.runs.has(key)) known.metering.doneJobs.delete(key)
  return changes
}
