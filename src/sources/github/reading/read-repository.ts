import type { JobObservation, Origin } from '../../../domain/jobs/job.ts'
import type { Caller } from '../api/caller.ts'
import { itemOf, listIn } from '../api/fields.ts'
import { OutOfBudget } from '../api/limits.ts'
import { listAll, type Listing, type PageCache } from '../api/pages.ts'
import { originKey, split, type OriginCache } from '../inspect.ts'
import { originOf, runSchema, type Run } from '../payload/origin.ts'
import { stateOfReading, toObservation, workflowJobSchema, type WorkflowJob } from '../payload/workflow-job.ts'
import type { GithubScope } from '../scopes.ts'

/** In the order in which runs go through them, so that one that moves on meanwhile is seen twice, not missed. */
const LIVE = ['requested', 'pending', 'waiting', 'queued', 'in_progress'] as const
/** GitHub ends a filtered list of runs here. */
const MOST_RUNS = 1000

export interface RepositoryReading {
  readonly jobs: readonly JobObservation[]
  /** Every live job is among them. */
  readonly complete: boolean
}

export interface RepositoryWanted {
  readonly scope: GithubScope
  readonly repository: string
  readonly began: number
}

/** Rejects as the calls do, but for a spent budget, which ends the reading early and incomplete. */
export async function readRepository(
  caches: { readonly pages: PageCache; readonly origins: OriginCache },
  caller: Caller,
  wanted: RepositoryWanted,
): Promise<RepositoryReading> {
  const found = new Map<string, JobObservation>()
  let complete = true
  try {
    const runs = await listLiveRuns(caller, caches.pages, wanted.repository)
    complete &&= runs.complete
    for (const run of runs.items) {
      const origin = originOf(run)
      if (origin !== 'unknown') caches.origins.set(originKey(wanted.repository, run.id), origin)
      const jobs = await listJobs(caller, caches.pages, wanted.repository, run.id)
      const seen = jobs.items.map((job) => observe(job, wanted, origin))
      complete &&= jobs.complete && !seen.includes('unclear')
      for (const job of seen) if (typeof job === 'object') found.set(job.externalId, job)
    }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    complete = false
  }
  return { jobs: [...found.values()], complete }
}

async function listLiveRuns(caller: Caller, cache: PageCache, repository: string): Promise<Listing<Run>> {
  const runs = new Map<string, Run>()
  let complete = true
  for (const status of LIVE) {
    const listing = await listRuns(caller, cache, repository, status)
    complete &&= listing.complete
    for (const run of listing.items) runs.set(run.id, run)
  }
  return { items: [...runs.values()], complete }
}

/** A job that is over is none of a queue's; one in a state that we don't know makes the reading incomplete. */
function observe(job: WorkflowJob, wanted: RepositoryWanted, origin: Origin): JobObservation | 'over' | 'unclear' {
  const state = stateOfReading(job.status)
  if (!state) return 'unclear'
  if (state === 'done') return 'over'
  const { scope, repository, began } = wanted
  return toObservation(job, {
    via: 'read',
    began,
    state,
    source: scope.source,
    scope: scope.name,
    repository,
    origin,
  })
}

function listRuns(caller: Caller, cache: PageCache, repository: string, status: string): Promise<Listing<Run>> {
  return listAll(caller, {
    route: 'GET /repos/{owner}/{repo}/actions/runs',
    parameters: { ...split(repository), status },
    what: `list the runs of ${repository}`,
    needs: 'actions: read',
    purpose: 'reading',
    list: listIn('workflow_runs'),
    parse: itemOf(runSchema),
    cache,
    most: MOST_RUNS,
  })
}

function listJobs(caller: Caller, cache: PageCache, repository: string, run: string): Promise<Listing<WorkflowJob>> {
  return listAll(caller, {
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
    parameters: { ...split(repository), run_id: run, filter: 'latest' },
    what: `list the jobs of run ${run} of ${repository}`,
    needs: 'actions: read',
    purpose: 'reading',
    list: listIn('jobs'),
    parse: itemOf(workflowJobSchema),
    cache,
  })
}
