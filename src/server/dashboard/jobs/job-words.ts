import type { Job } from '../../../domain/jobs/job.ts'
import { roundDuration } from '../data/words.ts'

/** How long it waited, or has waited so far; empty for one that never was demand. */
export function waitedText({ queuedAt, startedAt, doneAt }: Job, now: number): string {
  if (queuedAt === undefined) return ''
  return roundDuration((startedAt ?? doneAt ?? now) - queuedAt)
}

export function ranText({ startedAt, doneAt }: Job, now: number): string {
  return startedAt === undefined ? '' : roundDuration((doneAt ?? now) - startedAt)
}

export function labelsText(job: Job): string {
  const { requirement } = job
  if (requirement.kind === 'pool') return `pool ${requirement.pool}`
  return requirement.kind === 'all' ? requirement.labels.join(', ') : 'an expression'
}

/** A job of a pushed source alone can be ended from here; others are their source's to end. */
export function isCancellable({
  state,
  request,
  cancelRequestedAt,
}: Pick<Job, 'state' | 'cancelRequestedAt'> & { readonly request?: unknown }): boolean {
  return state !== 'done' && request !== undefined && cancelRequestedAt === undefined
}

/** Where it leads to a page. Sources tell it, and what they tell is never run: `javascript:` is no address of theirs. */
export function webAddress(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\//i.test(url) ? url : undefined
}
