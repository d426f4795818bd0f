import { registrationPrefix } from '../../domain/agent.ts'
import { NotFound } from '../../domain/errors.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { JobSource, ScopeWidth } from '../../domain/ports/source.ts'
import type { Ci } from '../world/ci.ts'
import { observationOf } from '../world/ci-job.ts'
import type { Mail } from '../world/mail.ts'
import type { Call } from './calls.ts'

export const sourceName = 'github'

const short = [40, 300] as const
const long = [100, 1500] as const

export interface SourceOptions {
  readonly clock: Clock
  readonly ci: Ci
  readonly mail: Mail
  readonly call: Call
  readonly owner: string
  readonly scopes: ReadonlyMap<string, ScopeWidth>
}

/** The CI system as the reconciler is handed it. */
export function createSimulatedSource({ clock, ci, mail, call, owner, scopes }: SourceOptions): JobSource {
  return {
    name: sourceName,
    kind: 'github',
    binding: 'free',
    scopes: Array.from(scopes.keys(), (name) => ({ source: sourceName, name })),
    routes: [],
    width: ({ name }) =>
      call('source', 'width', short, () => {
        const width = scopes.get(name)
        if (!width) throw new NotFound(`no scope ${name}`)
        return width
      }),
    read({ name }) {
      const began = clock.wall()
      return call('source', 'read', long, () => {
        const jobs = [...ci.jobs.values()].filter((job) => job.scope === name)
        return {
          jobs: jobs
            .filter(({ state }) => state !== 'done')
            .map((job) => observationOf(sourceName, job, 'read', began)),
          began,
          covered: [...new Set(jobs.map((job) => job.repository))],
          staleSince: began,
        }
      })
    },
    inspect(job) {
      const began = clock.wall()
      return call('source', 'inspect', short, () => {
        const known = ci.jobs.get(job.externalId)
        if (!known) throw new NotFound(`no job ${job.externalId}`)
        return observationOf(sourceName, known, 'read', began)
      })
    },
    registrations: ({ name }) =>
      call('source', 'registrations', long, () =>
        [...ci.runners.values()]
          .filter(
            (runner) => runner.listed && runner.scope === name && runner.name.startsWith(registrationPrefix(owner)),
          )
          .map(({ id, name: own, worker, job }) => ({
            name: own,
            externalId: id,
            online: worker !== undefined,
            // A hint that lags.
            busy: job?.state === 'running',
          })),
      ),
    admit: (request) =>
      call('source', 'admit', short, () => ({
        externalId: ci.register(request.name, request.labels, request.agent.scope),
        env: { RUNNER: request.name },
      })),
    dismiss: ({ name }) => call('source', 'dismiss', short, () => ci.unregister(name)),
    async recover(cursor, known) {
      await call('source', 'deliveries', long, () => undefined)
      return mail.recover(cursor, known)
    },
    examine: async () => [],
    close: async () => {},
  }
}
