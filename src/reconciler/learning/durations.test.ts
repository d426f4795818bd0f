import { describe, expect, test } from 'vitest'
import { openContext } from '../../../test/fakes/context.ts'
import { aJob, now } from '../../../test/fakes/records.ts'
import { historyKey, type Job } from '../../domain/jobs/job.ts'
import { createDurations } from './durations.ts'

function ended(ms: number, patch: Partial<Job> = {}): Job {
  const times = { startedAt: now, doneAt: now + ms, conclusion: 'success' } as const
  return aJob({ state: 'done', ...times, ...patch })
}

async function learner(jobs: readonly Job[] = []) {
  const context = await openContext({ jobs })
  const durations = createDurations(context)
  const learn = (...past: Job[]) => durations.note(past.map((job) => ({ table: 'job' as const, now: job })))
  return { context, durations, learn, of: (job: Job) => context.known.durations.get(historyKey(job)) }
}

describe('durations', () => {
  test('are those of the newest 32 of a kind, ascending', async () => {
    const { learn, of } = await learner()
    for (let i = 0; i < 40; i++) learn(ended(1000 * (40 - i)))
    expect(of(ended(1))).toEqual(Array.from({ length: 32 }, (_, i) => 1000 * (i + 1)))
  })

  test('are of jobs that ran to their own end, each once', async () => {
    const { durations, learn, of } = await learner()
    learn(ended(5, { conclusion: 'cancelled' }), ended(6, { conclusion: 'lost' }), ended(7, { startedAt: undefined }))
    expect(of(ended(1))).toBeUndefined()
    learn(ended(9, { conclusion: 'failure' }))
    durations.note([{ table: 'job', now: ended(8), before: ended(8) }])
    expect(of(ended(1))).toEqual([9])
  })

  test('of at most 5000 kinds are kept, those seen last', async () => {
    const { context, learn, of } = await learner()
    for (let i = 0; i < 5001; i++) learn(ended(i, { name: `job ${i}` }))
    expect(context.known.durations.size).toBe(5000)
    expect([of(ended(1, { name: 'job 0' })), of(ended(1, { name: 'job 5000' }))]).toEqual([undefined, [5000]])
  })

  test('are read from the store at the start', async () => {
    const { durations, of } = await learner([ended(3000, { externalId: 'j1', name: 'build' })])
    await durations.recall()
    expect(of(ended(1, { name: 'build' }))).toEqual([3000])
  })
})
