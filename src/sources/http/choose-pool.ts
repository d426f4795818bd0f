import type { JobSubmission } from '../../domain/ports/operations.ts'
import { matchesAny } from '../../domain/jobs/pattern.ts'
import type { Pool } from '../../domain/pool.ts'

interface Choice {
  readonly pool?: Pool
  readonly problems: readonly string[]
}

/**
 * The pool whose bounds a submission must keep: the one it names, or the first in the configuration that serves the
 * source, has all its labels and admits its repository, which is the one that the planner will take. Where none admits
 * the repository, the first that has the labels, so that its bounds say so.
 */
export function choosePool(submission: JobSubmission, pools: readonly Pool[]): Choice {
  const { source, pool, labels } = submission
  if ((pool === undefined) === (labels === undefined)) return { problems: ['give either `pool` or `labels`'] }
  const serving = pools.filter((candidate) => serves(candidate, source))
  if (serving.length === 0) return { problems: [`source: no pool serves ${JSON.stringify(source)}`] }
  return pool === undefined ? byLabels(labels ?? [], submission.repository, serving) : byName(pool, serving)
}

function serves(pool: Pool, source: string): boolean {
  return pool.serves.some((served) => served.source === source && (served.scope ?? source) === source)
}

function byName(name: string, serving: readonly Pool[]): Choice {
  const pool = serving.find((candidate) => candidate.name === name)
  if (pool) return { pool, problems: [] }
  const names = serving.map((candidate) => candidate.name).join(', ')
  return { problems: [`pool: ${JSON.stringify(name)} does not serve this source; ${names} would`] }
}

function byLabels(labels: readonly string[], repository: string, serving: readonly Pool[]): Choice {
  if (labels.length === 0) return { problems: ['labels: name at least one'] }
  const gaps = serving.map((pool) => ({ pool, missing: missingLabels(labels, pool) }))
  const fitting = gaps.filter(({ missing }) => missing.length === 0).map(({ pool }) => pool)
  const admitting = fitting.find((pool) => matchesAny(pool.repositories, repository)) ?? fitting[0]
  if (admitting) return { pool: admitting, problems: [] }
  const nearest = gaps.reduce((best, gap) => (gap.missing.length < best.missing.length ? gap : best))
  return {
    problems: [`labels: no pool has them all; the nearest, ${nearest.pool.name}, lacks ${nearest.missing.join(', ')}`],
  }
}

/** Without regard to case, as the planner matches them. */
function missingLabels(labels: readonly string[], pool: Pool): string[] {
  const offered = new Set(pool.labels.map((label) => label.toLowerCase()))
  return labels.filter((label) => !offered.has(label.toLowerCase()))
}
