import { z } from 'zod'
import { NotFound } from '../../domain/errors.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Accounts } from './api/accounts.ts'
import { understand } from './api/fields.ts'
import { split } from './inspect.ts'
import { rerunPermission } from './permissions.ts'
import type { ScopeTable } from './scopes.ts'

const runSchema = z.object({
  status: z.string().nullish(),
  run_attempt: z.int().positive().nullish(),
})

/**
 * Has the failed jobs of the job's run run again, as a new attempt. GitHub does that for completed runs only, and a run
 * that has a newer attempt already, whoever asked for it, is left alone: so it may be asked twice.
 */
export function createRerun({ scopes, accounts }: { readonly scopes: ScopeTable; readonly accounts: Accounts }) {
  return async function rerun(job: Job): Promise<'done' | 'later'> {
    if (job.runId === undefined) return 'done'
    const caller = await accounts.of(scopes.named(job.scope))
    const run = `the run ${job.runId} of ${job.repository}`
    const parameters = { ...split(job.repository), run_id: job.runId }
    try {
      const answer = await caller.call({
        route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
        parameters,
        what: `read ${run}`,
        needs: 'actions: read',
        purpose: 'work',
      })
      const { status, run_attempt: attempt } = understand(runSchema, answer.data, `read ${run}`)
      if ((attempt ?? 1) > job.attempt) return 'done'
      if (status !== 'completed') return 'later'
      await caller.call({
        route: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs',
        parameters,
        what: `run the failed jobs of ${run} again`,
        needs: rerunPermission,
        purpose: 'work',
      })
    } catch (error) {
      if (!(error instanceof NotFound)) throw error
    }
    return 'done'
  }
}
