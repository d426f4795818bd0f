import type { Clock } from '../../domain/ports/clock.ts'
import { Refused } from '../../domain/errors.ts'
import type { Job, JobObservation } from '../../domain/jobs/job.ts'
import type { JobSource } from '../../domain/ports/source.ts'
import type { HttpSourceConfig } from './schema.ts'

export type { HttpSourceConfig } from './schema.ts'
export { toObservation } from './submission.ts'

/**
 * Jobs pushed over the API. There is no system outside to ask: our own store is the truth, an agent registers nowhere,
 * and the container runs the job's own command.
 */
export function createHttpSource(config: HttpSourceConfig, { clock }: { readonly clock: Clock }): JobSource {
  const { name } = config
  return {
    name,
    kind: 'http',
    binding: 'fixed',
    scopes: [{ source: name, name }],
    // Submissions come through the API, which checks their tokens; nothing is pushed to a hook.
    routes: [],

    // Agents take no work from outside: nobody can send any but through us, and each runs the one job it was made for.
    width: async () => ({ repositories: [], allowsPublic: false }),

    // Nothing is covered, so that the absence of a job never says that it is over.
    read: async () => {
      const began = clock.wall()
      return { jobs: [], began, covered: [], staleSince: began }
    },

    inspect: async (job) => echo(job, clock.wall()),
    registrations: async () => [],

    admit: async ({ agent, job }) => {
      if (!job?.request) throw new Refused(`agent ${agent.key} has no pushed job to run`)
      return { env: job.request.env }
    },

    dismiss: async () => 'gone',
    examine: async () => [{ about: `source ${name}`, level: 'ok', finding: 'takes jobs over the API' }],
    close: async () => {},
  }
}

/** What we know is what there is to know. */
function echo(job: Job, began: number): JobObservation {
  return {
    via: 'read',
    began,
    state: job.state,
    source: job.source,
    scope: job.scope,
    externalId: job.externalId,
    attempt: job.attempt,
    requirement: job.requirement,
    origin: job.origin,
    repository: job.repository,
    workflow: job.workflow,
    name: job.name,
    runId: job.runId,
    url: job.url,
    request: job.request,
    conclusion: job.conclusion,
    exitCode: job.exitCode,
    takenBy: job.takenBy,
  }
}
