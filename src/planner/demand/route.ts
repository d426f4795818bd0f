import type { Job } from '../../domain/jobs/job.ts'
import { matchesAny } from '../../domain/jobs/pattern.ts'
import type { WaitCode } from '../../domain/plan.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Requirement } from '../../domain/jobs/requirement.ts'
import type { Kind } from './kinds.ts'
import { missingLabels, satisfies } from './matching.ts'
import { scopeKey, serves, type Survey } from '../survey.ts'
import { scopeProblem } from './width.ts'

/** Why something waits, and what comes next, in words. */
export interface Hold {
  readonly code: WaitCode
  readonly pool?: string
  readonly reason: string
  readonly next: string
  readonly etaMs?: number
}

export type Route =
  | { readonly pool: Pool; readonly hold?: undefined }
  | { readonly pool?: undefined; readonly hold: Hold }

/** How long a job whose origin the source could not tell is refused before the source is asked again. */
export const rereadMs = 60_000

/** Finds the pool of a job. Answers are remembered per survey: thousands of jobs ask for the same. */
export function createRouter(survey: Survey, kindOf: (job: Job) => Kind): (job: Job) => Route {
  const known = new Map<Kind, (job: Job) => Route>()
  return (job) => {
    const kind = kindOf(job)
    const find = known.get(kind) ?? createKindRouter(survey, job)
    known.set(kind, find)
    return find(job)
  }
}

/** Jobs of one kind differ in repository and origin; one that no pool satisfies does not even in that. */
function createKindRouter(survey: Survey, like: Job): (job: Job) => Route {
  const pools = matching(survey, like)
  if (pools.length === 0) {
    const route = { hold: unserved(survey, like) }
    return () => route
  }
  const ofRepositories = () => new Map<string, Route>()
  const routes = {
    trusted: ofRepositories(),
    fork: ofRepositories(),
    unknown: ofRepositories(),
    doubted: ofRepositories(),
  }
  return (job) => {
    const doubt = job.origin === 'unknown' && needsReading(job, survey.now)
    const ofRepository = routes[doubt ? 'doubted' : job.origin]
    const route = ofRepository.get(job.repository) ?? choose(survey, job, pools, doubt)
    ofRepository.set(job.repository, route)
    return route
  }
}

export function needsReading(job: Job, now: number): boolean {
  return job.readAt === undefined || job.readAt + rereadMs <= now
}

/** Rule 3: the first pool in the configuration that satisfies the requirement, of those that admit the job at all. */
function choose(survey: Survey, job: Job, pools: readonly Pool[], doubt: boolean): Route {
  const admitting = pools.find((pool) => !refusal(pool, job, doubt))
  if (!admitting) return { hold: refusalOf(pools[0], job, doubt) }
  const scope = survey.scopes.get(scopeKey(job.source, job.scope))
  const problem = scope ? scopeProblem(scope, admitting) : `scope ${job.scope} is no longer in the configuration`
  if (!problem) return { pool: admitting }
  return {
    hold: {
      code: 'scope-unusable',
      pool: admitting.name,
      reason: problem,
      next: 'nothing is registered there until the scope is narrowed or the pool allows it; it is read again hourly',
    },
  }
}

function matching(survey: Survey, job: Job): readonly Pool[] {
  return survey.snapshot.pools.filter((pool) => serves(pool, job.source, job.scope) && satisfies(pool, job.requirement))
}

function refusal(pool: Pool, job: Job, doubt: boolean): Hold | undefined {
  if (!matchesAny(pool.repositories, job.repository))
    return {
      code: 'unserved',
      pool: pool.name,
      reason: `pool ${pool.name} has the labels, but its allow list does not name ${job.repository}`,
      next: 'it waits until a pool allows the repository',
    }
  if (job.origin === 'fork' && !pool.trust.forks)
    return {
      code: 'refused-origin',
      pool: pool.name,
      reason: `the code comes from a fork, and pool ${pool.name} does not trust forks`,
      next: 'no agent is started for it',
    }
  if (job.origin !== 'unknown' || pool.trust.unknownOrigin) return undefined
  if (doubt)
    return {
      code: 'reading-origin',
      pool: pool.name,
      reason: 'whether its code comes from a fork is being asked of the source',
      next: 'it is placed as soon as the source has answered',
    }
  return {
    code: 'refused-origin',
    pool: pool.name,
    reason: `the source can't tell where the code comes from, and pool ${pool.name} does not trust unknown origins`,
    next: 'the source is asked again within a minute',
  }
}

function refusalOf(pool: Pool | undefined, job: Job, doubt: boolean): Hold {
  const hold = pool && refusal(pool, job, doubt)
  return hold ?? { code: 'unserved', reason: 'no pool serves it', next: 'it waits until a pool does' }
}

function unserved(survey: Survey, job: Job): Hold {
  const { requirement } = job
  const nearest = requirement.kind === 'pool' ? undefined : nearestPool(survey, job)
  const named = requirement.kind === 'pool' ? ` named ${requirement.pool}` : ''
  const reason = nearest
    ? `no pool satisfies ${requirementWords(requirement)}; the nearest is ${nearest.name}, which lacks ${nearest.lacks}`
    : `no pool${named} serves scope ${job.scope} of source ${job.source}`
  return { code: 'unserved', pool: nearest?.name, reason, next: 'it waits until the configuration has a pool for it' }
}

function nearestPool(survey: Survey, job: Job): { name: string; lacks: string } | undefined {
  const ranked = survey.snapshot.pools
    .filter((pool) => serves(pool, job.source, job.scope))
    .map((pool) => ({ name: pool.name, missing: missingLabels(pool, job.requirement) }))
    .sort((a, b) => a.missing.length - b.missing.length)
  const best = ranked[0]
  return best && { name: best.name, lacks: best.missing.join(', ') || 'what the expression asks for' }
}

export function requirementWords(requirement: Requirement): string {
  if (requirement.kind === 'pool') return `pool ${requirement.pool}`
  if (requirement.kind === 'all') return `labels ${requirement.labels.join(', ')}`
  return `expression ${JSON.stringify(requirement.expression)}`
}
