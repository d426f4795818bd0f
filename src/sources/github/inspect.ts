import { NotFound } from '../../domain/errors.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Job, JobObservation, Origin } from '../../domain/jobs/job.ts'
import type { Accounts } from './api/accounts.ts'
import type { Caller } from './api/caller.ts'
import { understand } from './api/fields.ts'
import type { Lru } from '../lru.ts'
import { originOf, runSchema } from './payload/origin.ts'
import { stateOfReading, toObservation, workflowJobSchema } from './payload/workflow-job.ts'
import type { ScopeTable } from './scopes.ts'

/** Where the code of a run comes from never changes: asked once per run. Key: repository / run. */
export type OriginCache = Lru<Origin>

export interface InspectOptions {
  readonly scopes: ScopeTable
  readonly accounts: Accounts
  readonly origins: OriginCache
  readonly clock: Clock
}

/** One job as it is now, with the origin of its code. One that GitHub no longer has is done and lost. */
export function createInspect(options: InspectOptions) {
  const { scopes, accounts, origins, clock } = options
  const asking = new Map<string, Promise<Origin>>()

  async function readJob(caller: Caller, job: Job): Promise<JobObservation> {
    const began = clock.wall()
    // Asked side by side: an agent waits for both answers.
    const early = job.runId === undefined ? undefined : readOrigin(caller, job.repository, job.runId)
    early?.catch(() => undefined)
    const what = `read the job ${job.externalId} of ${job.repository}`
    const answer = await caller.call({
      route: 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}',
      parameters: { ...split(job.repository), job_id: job.externalId },
      what,
      needs: 'actions: read',
      purpose: 'work',
    })
    const found = understand(workflowJobSchema, answer.data, what)
    const runId = found.run_id ?? job.runId
    const origin = (await early) ?? (runId ? await readOrigin(caller, job.repository, runId) : 'unknown')
    const seen = toObservation(found, {
      via: 'read',
      began,
      state: stateOfReading(found.status) ?? job.state,
      source: job.source,
      scope: job.scope,
      repository: job.repository,
      origin,
    })
    // The record's own key, whatever the answer leaves out.
    return { ...seen, externalId: job.externalId, attempt: job.attempt }
  }

  /** The jobs of one run are often looked at together: they share one question. */
  function readOrigin(caller: Caller, repository: string, runId: string): Promise<Origin> {
    const key = originKey(repository, runId)
    const known = origins.get(key)
    if (known) return Promise.resolve(known)
    const asked = asking.get(key)
    if (asked) return asked
    const question = askOrigin(caller, repository, runId)
      .then((origin) => {
        if (origin !== 'unknown') origins.set(key, origin)
        return origin
      })
      .finally(() => asking.delete(key))
    asking.set(key, question)
    return question
  }

  return async function inspect(job: Job): Promise<JobObservation> {
    const caller = await accounts.of(scopes.named(job.scope))
    const began = clock.wall()
    try {
      return await readJob(caller, job)
    } catch (error) {
      if (error instanceof NotFound) return lost(job, began)
      throw error
    }
  }
}

async function askOrigin(caller: Caller, repository: string, runId: string): Promise<Origin> {
  const what = `read the run ${runId} of ${repository}`
  try {
    const answer = await caller.call({
      route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      parameters: { ...split(repository), run_id: runId },
      what,
      needs: 'actions: read',
      purpose: 'work',
    })
    return originOf(understand(runSchema, answer.data, what))
  } catch (error) {
    if (error instanceof NotFound) return 'unknown'
    throw error
  }
}

export function originKey(repository: string, runId: string): string {
  return `${repository.toLowerCase()}/${runId}`
}

export function split(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}

function lost(job: Job, began: number): JobObservation {
  return {
    via: 'read',
    began,
    state: 'done',
    conclusion: 'lost',
    source: job.source,
    scope: job.scope,
    externalId: job.externalId,
    attempt: job.attempt,
    requirement: job.requirement,
    origin: job.origin,
    repository: job.repository,
    workflow: job.workflow,
    name: job.name,
    ...(job.runId !== undefined && { runId: job.runId }),
    ...(job.url !== undefined && { url: job.url }),
  }
}
