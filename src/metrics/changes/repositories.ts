import type { Job } from '../../domain/jobs/job.ts'
import type { Charge } from '../../domain/costs/ledger.ts'
import type { Put } from '../../domain/ports/store.ts'
import { atMost, createMemory } from '../bounded.ts'
import { addTwice, pairs, type CountedTwice } from '../counted.ts'
import { seconds, units, type Instruments } from '../instruments.ts'
import type { ChangeWatcher } from '../ports/measure-store.ts'

/** Whether every repository has series of its own, and how many do: those that come later are all `other`. */
export interface PerRepository {
  readonly enabled: boolean
  readonly limit: number
}

/** Jobs whose repository is remembered: their last charge may come well after their end. */
const REMEMBERED_JOBS = 20_000

export interface RepositoryMeter {
  readonly watcher: ChangeWatcher
  readonly fill: (jobs: readonly Job[]) => void
}

/** The same that is told by pool, by repository: only where it is asked for, as each has half a dozen series. */
export function createRepositoryMeter(make: Instruments, { limit }: PerRepository): RepositoryMeter {
  const named = atMost(limit)
  const repositories = createMemory(REMEMBERED_JOBS)
  const live = make.gauge('repository_jobs', 'Live jobs of a repository.', ['repository', 'state'])
  const done = make.counter('repository_jobs_done_total', 'Jobs of a repository that are over.', [
    'repository',
    'conclusion',
  ])
  const wait = make.counter('repository_wait_seconds_total', 'Time that its jobs waited for an agent.', ['repository'])
  const run = make.counter('repository_run_seconds_total', 'Time that its jobs ran.', ['repository'])
  const cost = make.counter('repository_cost_total', 'What its jobs have cost, of known prices.', [
    'repository',
    'currency',
  ])

  function onJob({ record: job, expect }: Put<'job'>): void {
    repositories.set(job.key, job.repository)
    if (expect?.state === job.state) return
    const { queuedAt, startedAt, doneAt, conclusion } = job
    const repository = named(job.repository)
    if (job.state === 'running' && expect && queuedAt !== undefined && startedAt !== undefined)
      wait.inc({ repository }, seconds(startedAt - queuedAt))
    if (job.state !== 'done') return
    done.inc({ repository, conclusion: conclusion ?? 'unknown' })
    if (startedAt !== undefined && doneAt !== undefined) run.inc({ repository }, seconds(doneAt - startedAt))
  }

  function onCharge({ job, currency, nanos, ms, unpricedMs }: Charge): void {
    if (job === undefined || (ms === unpricedMs && nanos === 0n)) return
    cost.inc({ repository: named(repositories.get(job) ?? 'unknown'), currency }, units(nanos))
  }

  return {
    watcher: {
      onLoaded(table, records) {
        if (table === 'job')
          for (const { key, repository } of records as readonly Job[]) repositories.set(key, repository)
      },
      onCommitted(change) {
        if (change.kind === 'put' && change.table === 'job') onJob(change)
        if (change.kind === 'job-run') repositories.set(change.run.job, change.run.repository)
        if (change.kind === 'charges') for (const charge of change.charges) onCharge(charge)
      },
    },
    fill(jobs) {
      live.reset()
      const counts: CountedTwice = new Map()
      for (const { repository, state } of jobs) addTwice(counts, named(repository), state)
      for (const [repository, state, count] of pairs(counts)) live.set({ repository, state }, count)
    },
  }
}
