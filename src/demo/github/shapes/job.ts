import type { Job } from '../records.ts'
import { nodeId, timestamp, type Urls } from './urls.ts'

/** A job as REST answers and webhooks show it. Who runs it is told only once it has begun. */
export function jobShape(job: Job, { api, html }: Urls) {
  const repository = job.run.repository.fullName
  const runner = job.status === 'in_progress' || job.status === 'completed' ? job.runner : undefined
  const group = runner?.scope.kind === 'organization' ? runner.scope.group : undefined
  return {
    id: job.id,
    run_id: job.run.id,
    workflow_name: job.run.workflow,
    head_branch: job.run.head.branch,
    run_url: `${api}/repos/${repository}/actions/runs/${job.run.id}`,
    run_attempt: job.attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: job.run.head.sha,
    url: `${api}/repos/${repository}/actions/jobs/${job.id}`,
    html_url: `${html}/${repository}/actions/runs/${job.run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion ?? null,
    created_at: timestamp(job.createdAt),
    /** GitHub sets it while the job is still queued, too. */
    started_at: timestamp(job.startedAt ?? job.createdAt),
    completed_at: job.completedAt === undefined ? null : timestamp(job.completedAt),
    name: job.name,
    steps: steps(job),
    check_run_url: `${api}/repos/${repository}/check-runs/${job.id}`,
    labels: job.labels,
    runner_id: runner?.id ?? null,
    runner_name: runner?.name ?? null,
    runner_group_id: runner ? (group?.id ?? 1) : null,
    runner_group_name: runner ? (group?.name ?? 'Default') : null,
  }
}

function steps(job: Job) {
  if (job.startedAt === undefined) return []
  const started = timestamp(job.startedAt)
  if (job.completedAt === undefined) {
    return [
      {
        name: 'Set up job',
        status: 'in_progress',
        conclusion: null,
        number: 1,
        started_at: started,
        completed_at: null,
      },
    ]
  }
  const completed = timestamp(job.completedAt)
  const done = { status: 'completed', started_at: started, completed_at: completed }
  return [
    { ...done, name: 'Set up job', conclusion: 'success', number: 1 },
    { ...done, name: 'Run script', conclusion: job.conclusion ?? null, number: 2 },
    { ...done, name: 'Complete job', conclusion: 'success', number: 3 },
  ]
}
