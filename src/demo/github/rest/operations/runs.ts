import type { Estate } from '../../estate.ts'
import type { Run } from '../../records.ts'
import { jobShape } from '../../shapes/job.ts'
import { latest, runConclusion, runShape, runStatus } from '../../shapes/run.ts'
import type { Urls } from '../../shapes/urls.ts'
import type { Jobs } from '../../work/jobs.ts'
import { notFound, Refusal } from '../answer.ts'
import { repositoryOf } from './access.ts'
import type { Call, Operation } from '../operation.ts'
import { page } from '../paging.ts'

/** GitHub shows no more than this many runs of a filtered list. */
const FILTERED_LIMIT = 1000
const filters = ['actor', 'branch', 'check_suite_id', 'created', 'event', 'head_sha', 'status']

/** Workflow runs and their jobs. */
export function runOperations(estate: Estate, jobs: Jobs, urls: () => Urls): Operation[] {
  function runOf(call: Call): Run {
    const run = jobs.runs.find(Number(call.params.run_id))
    if (!run || run.repository !== repositoryOf(call, estate).repository) throw notFound()
    return run
  }

  function listRuns(call: Call) {
    const { status, event } = call.query
    const matching = jobs.runs
      .list(repositoryOf(call, estate).repository)
      .filter((run) => status === undefined || runStatus(run) === status || runConclusion(run) === status)
      .filter((run) => event === undefined || run.event === event)
    const filtered = filters.some((name) => call.query[name] !== undefined)
    const { items, headers } = page(filtered ? matching.slice(0, FILTERED_LIMIT) : matching, call)
    const body = { total_count: matching.length, workflow_runs: items.map((run) => runShape(run, urls())) }
    return { status: 200, headers, body }
  }

  function listJobs(call: Call) {
    const run = runOf(call)
    const filter = call.query.filter ?? 'latest'
    if (filter !== 'latest' && filter !== 'all') throw new Refusal(422, 'Invalid filter')
    const matching = filter === 'all' ? run.jobs : latest(run)
    const { items, headers } = page(matching, call)
    const body = { total_count: matching.length, jobs: items.map((job) => jobShape(job, urls())) }
    return { status: 200, headers, body }
  }

  function rerunFailed(call: Call) {
    const run = runOf(call)
    if (runStatus(run) !== 'completed') throw new Refusal(403, 'This workflow is already running')
    jobs.rerun(run, 'failed')
    return { status: 201, body: {} }
  }

  const common = { method: 'GET', by: 'installation', permission: 'actions:read' } as const
  const path = '/repos/:owner/:repo/actions'
  return [
    { ...common, id: 'actions/list-workflow-runs-for-repo', path: `${path}/runs`, handle: listRuns },
    {
      ...common,
      id: 'actions/get-workflow-run',
      path: `${path}/runs/:run_id`,
      handle: (call) => ({ status: 200, body: runShape(runOf(call), urls()) }),
    },
    {
      ...common,
      method: 'POST',
      permission: 'actions:write',
      id: 'actions/re-run-workflow-failed-jobs',
      path: `${path}/runs/:run_id/rerun-failed-jobs`,
      handle: rerunFailed,
    },
    { ...common, id: 'actions/list-jobs-for-workflow-run', path: `${path}/runs/:run_id/jobs`, handle: listJobs },
    {
      ...common,
      id: 'actions/get-job-for-workflow-run',
      path: `${path}/jobs/:job_id`,
      handle(call) {
        const job = jobs.find(Number(call.params.job_id))
        if (!job || job.run.repository !== repositoryOf(call, estate).repository) throw notFound()
        return { status: 200, body: jobShape(job, urls()) }
      },
    },
  ]
}
