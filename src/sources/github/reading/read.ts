import type { Clock } from '../../../domain/ports/clock.ts'
import { Throttled } from '../../../domain/errors.ts'
import type { JobObservation } from '../../../domain/jobs/job.ts'
import type { Logger } from '../../../domain/ports/logger.ts'
import type { Scope, SourceReading } from '../../../domain/ports/source.ts'
import type { Accounts } from '../api/accounts.ts'
import type { Caller } from '../api/caller.ts'
import type { Catalog } from '../api/catalog.ts'
import type { PageCache } from '../api/pages.ts'
import type { OriginCache } from '../inspect.ts'
import { readRepository } from './read-repository.ts'
import { rotation } from './rotation.ts'
import type { GithubScope, ScopeTable } from '../scopes.ts'

export interface ReadOptions {
  readonly scopes: ScopeTable
  readonly accounts: Accounts
  readonly catalog: Catalog
  readonly pages: PageCache
  readonly origins: OriginCache
  readonly clock: Clock
  readonly logger: Logger
}

/** Repositories read side by side; GitHub allows 100 requests at a time to all that we do. */
const LANES = 6
/** A reading that takes longer ends with what it has. */
const READING_MS = 30_000

/**
 * Live jobs of a scope, repository by repository, for there is no list of an organization's jobs. Repositories that
 * were not reached, for want of budget or time, come first in the next reading.
 */
export function createRead(options: ReadOptions) {
  const { scopes, accounts, catalog, clock, logger } = options
  /** Our wall time when the newest complete reading of a repository began. */
  const knownAsOf = new Map<string, number>()
  const startedAt = clock.wall()

  return async function read(of: Scope, busy: readonly string[]): Promise<SourceReading> {
    const scope = scopes.named(of.name)
    const began = clock.wall()
    const all = await catalog.of(scope)
    const admitted = busy.filter((repository) => scopes.of(repository)?.name === scope.name)
    const order = rotation(all, admitted, (repository) => knownAsOf.get(repository) ?? 0)
    const outcome = await readInLanes(await accounts.of(scope), scope, order, began)

    for (const repository of outcome.covered) knownAsOf.set(repository, began)
    if (outcome.covered.length === 0 && outcome.failure !== undefined) throw outcome.failure
    const ages = all.map((repository) => knownAsOf.get(repository) ?? startedAt)
    const staleSince = ages.reduce((oldest, at) => Math.min(oldest, at), began)
    return { jobs: outcome.jobs, began, covered: outcome.covered, staleSince }
  }

  async function readInLanes(caller: Caller, scope: GithubScope, order: readonly string[], began: number) {
    const jobs: JobObservation[] = []
    const covered: string[] = []
    const until = clock.monotonic() + READING_MS
    let next = 0
    let failures = 0
    let stop = false
    let failure: unknown

    async function lane(): Promise<void> {
      while (!stop && caller.mayRead() && clock.monotonic() < until) {
        const repository = order[next]
        if (repository === undefined) return
        next += 1
        try {
          const found = await readRepository(options, caller, { scope, repository, began })
          jobs.push(...found.jobs)
          if (found.complete) covered.push(repository)
        } catch (error) {
          failure ??= error
          failures += 1
          // A limit holds for the whole installation; most else may be one repository's own trouble.
          stop ||= error instanceof Throttled || (covered.length === 0 && failures >= LANES)
          logger.warn({ scope: scope.name, repository, error: String(error) }, 'queue not read')
        }
      }
    }

    await Promise.all(Array.from({ length: LANES }, lane))
    return { jobs, covered, failure }
  }
}
