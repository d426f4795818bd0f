import type { Job, Run } from '../records.ts'
import { userShape } from './account.ts'
import { minimalRepositoryShape } from './repository.ts'
import { nodeId, timestamp, type Urls } from './urls.ts'

export function runStatus(run: Run): 'queued' | 'waiting' | 'in_progress' | 'completed' {
  const jobs = latest(run)
  const has = (status: Job['status']): boolean => jobs.some((job) => job.status === status)
  if (has('in_progress')) return 'in_progress'
  if (has('queued')) return has('completed') ? 'in_progress' : 'queued'
  return has('waiting') ? 'waiting' : 'completed'
}

export function runConclusion(run: Run): 'success' | 'failure' | 'cancelled' | null {
  if (runStatus(run) !== 'completed') return null
  const conclusions = new Set(latest(run).map((job) => job.conclusion))
  if (conclusions.has('failure')) return 'failure'
  return conclusions.has('cancelled') ? 'cancelled' : 'success'
}

/** The jobs of the newest attempt. */
export function latest(run: Run): Job[] {
  return run.jobs.filter((job) => job.attempt === run.attempt)
}

export function runShape(run: Run, urls: Urls) {
  const repository = `${urls.api}/repos/${run.repository.fullName}`
  const url = `${repository}/actions/runs/${run.id}`
  const created = timestamp(run.createdAt)
  const actor = userShape(run.head.repository.owner, urls)
  const person = { name: actor.login, email: `${actor.login}@slipway.invalid` }
  return {
    id: run.id,
    name: run.workflow,
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CheckSuite', run.id),
    head_branch: run.head.branch,
    head_sha: run.head.sha,
    path: `.github/workflows/${run.workflow}.yml`,
    display_title: `${run.workflow} ${run.number}`,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: runStatus(run),
    conclusion: runConclusion(run),
    workflow_id: 1,
    url,
    html_url: `${urls.html}/${run.repository.fullName}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: created,
    updated_at: created,
    run_started_at: created,
    actor,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repository}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repository}/actions/workflows/1`,
    head_commit: {
      id: run.head.sha,
      tree_id: run.head.sha,
      message: 'Change',
      timestamp: created,
      author: person,
      committer: person,
    },
    repository: minimalRepositoryShape(run.repository, urls),
    head_repository: minimalRepositoryShape(run.head.repository, urls),
  }
}
