import { historyKey, type Conclusion, type Job } from '../../domain/jobs/job.ts'
import type { Context } from '../context.ts'
import type { Committed } from '../state.ts'

/* How long jobs take: those of the same workflow and name take about as long as one another. */

/** Of each kind of job. */
const mostOfKind = 32
const mostKinds = 5000
/** Read at the start. */
const mostRecalled = 2000

/** These ran to their own end. */
const telling: ReadonlySet<Conclusion> = new Set(['success', 'failure'])

export interface Durations {
  note(changes: readonly Committed[]): void
  /** Of the newest jobs in the store. */
  recall(): Promise<void>
}

export function createDurations(context: Context): Durations {
  /** In the order of their end, the kinds in that of their newest. */
  const newest = new Map<string, number[]>()

  function learn(job: Job): void {
    const { startedAt, doneAt, conclusion } = job
    if (startedAt === undefined || doneAt === undefined || !conclusion || !telling.has(conclusion)) return
    const key = historyKey(job)
    const own = [...(newest.get(key) ?? []), Math.max(0, doneAt - startedAt)].slice(-mostOfKind)
    newest.delete(key)
    newest.set(key, own)
    context.known.durations.set(
      key,
      own.toSorted((a, b) => a - b),
    )
    if (newest.size <= mostKinds) return
    const [oldest = ''] = newest.keys()
    newest.delete(oldest)
    context.known.durations.delete(oldest)
  }

  return {
    note(changes) {
      for (const each of changes)
        if (each.table === 'job' && each.now.state === 'done' && each.before?.state !== 'done') learn(each.now)
    },
    async recall() {
      const jobs = await context.store.jobs({ state: 'done', limit: mostRecalled })
      for (const job of jobs.toReversed()) learn(job)
    },
  }
}
