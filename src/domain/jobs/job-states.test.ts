import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anObservation, now } from '../../../test/fakes/records.ts'
import { observeJob } from './job-states.ts'
import type { Job, JobObservation, JobState } from './job.ts'

function observeAll(observations: readonly JobObservation[]): Job {
  const job = observations.reduce<Job | undefined>((held, seen) => observeJob(held, seen), undefined)
  if (!job) throw new Error('nothing was observed')
  return job
}

/** The life of one job as its source knows it: a state at each moment, seen by events and by readings in any order. */
interface Life {
  readonly observations: readonly JobObservation[]
  readonly shuffled: readonly JobObservation[]
}

/** Only what a real source says: one runner, one origin, and neither before it is known. */
const life: fc.Arbitrary<Life> = fc
  .record({
    seen: fc.array(
      fc.record({
        via: fc.constantFrom('event' as const, 'read' as const),
        state: fc.constantFrom<JobState>('waiting', 'queued', 'running', 'done'),
        at: fc.integer({ min: 0, max: 50 }),
        knowsOrigin: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    origin: fc.constantFrom('trusted' as const, 'fork' as const),
    repeats: fc.array(fc.nat(11), { maxLength: 6 }),
    order: fc.array(fc.nat(1000), { minLength: 18, maxLength: 18 }),
  })
  .map(({ seen, origin, repeats, order }) => {
    const observations = seen.map(({ via, state, at, knowsOrigin }) =>
      anObservation({
        via,
        state,
        began: now + at,
        origin: knowsOrigin ? origin : 'unknown',
        ...((state === 'running' || state === 'done') && { takenBy: 'slipway-test-a1-1' }),
        ...(state === 'done' && { conclusion: 'success' as const, exitCode: 0 }),
      }),
    )
    const doubled = [...observations, ...repeats.flatMap((i) => observations[i] ?? [])]
    const shuffled = doubled
      .map((observation, i) => ({ observation, at: order[i] ?? 0 }))
      .sort((a, b) => a.at - b.at)
      .map(({ observation }) => observation)
    return { observations, shuffled }
  })

const isDemandOrHeld = (state: JobState) => state === 'queued' || state === 'waiting'

describe('any order and doubling of the same observations', () => {
  test('ends in the same running or done state', () => {
    fc.assert(
      fc.property(life, ({ observations, shuffled }) => {
        const one = observeAll(observations).state
        const other = observeAll(shuffled).state
        expect(isDemandOrHeld(other) ? 'unbegun' : other).toBe(isDemandOrHeld(one) ? 'unbegun' : one)
      }),
      { numRuns: 500 },
    )
  })

  test('knows the same origin, taker and result', () => {
    fc.assert(
      fc.property(life, ({ observations, shuffled }) => {
        const facts = ({ origin, takenBy, conclusion, exitCode }: Job) => ({ origin, takenBy, conclusion, exitCode })
        expect(facts(observeAll(shuffled))).toEqual(facts(observeAll(observations)))
      }),
      { numRuns: 500 },
    )
  })

  test('is settled by one newer reading, whatever came before', () => {
    const truth = fc.constantFrom('waiting' as const, 'queued' as const)
    fc.assert(
      fc.property(life, truth, ({ shuffled }, state) => {
        const before = observeAll(shuffled)
        fc.pre(isDemandOrHeld(before.state))
        const settled = observeJob(before, anObservation({ via: 'read', state, began: now + 1000 }))
        expect(settled).toMatchObject({ state, ambiguous: false })
      }),
      { numRuns: 500 },
    )
  })

  test('never goes back, and never makes a new record of what it knows already', () => {
    const rank: Record<JobState, number> = { waiting: 0, queued: 0, running: 1, done: 2 }
    fc.assert(
      fc.property(life, ({ shuffled }) => {
        let job: Job | undefined
        for (const seen of shuffled) {
          const next = observeJob(job, seen)
          expect(rank[next.state]).toBeGreaterThanOrEqual(rank[job?.state ?? 'waiting'])
          expect(observeJob(next, seen)).toBe(next)
          job = next
        }
      }),
      { numRuns: 500 },
    )
  })

  test('is in doubt only while it is demand', () => {
    fc.assert(
      fc.property(life, ({ shuffled }) => {
        const job = observeAll(shuffled)
        expect(job.ambiguous && job.state !== 'queued').toBe(false)
      }),
    )
  })
})

const at = (ms: number, via: 'event' | 'read', state: JobState, patch: Partial<JobObservation> = {}) =>
  anObservation({ via, state, began: now + ms, ...patch })

describe('queued and waiting', () => {
  const cases: [string, JobObservation[], Partial<Job>][] = [
    ['an event alone is believed', [at(0, 'event', 'waiting')], { state: 'waiting', ambiguous: false }],
    [
      'events that disagree are demand in doubt, in either order',
      [at(0, 'event', 'queued'), at(1, 'event', 'waiting')],
      { state: 'queued', ambiguous: true },
    ],
    [
      'the other order',
      [at(0, 'event', 'waiting'), at(1, 'event', 'queued')],
      { state: 'queued', ambiguous: true, queuedAt: now + 1 },
    ],
    [
      'a newer reading withdraws the demand',
      [at(0, 'event', 'queued'), at(1, 'event', 'waiting'), at(2, 'read', 'waiting')],
      { state: 'waiting', ambiguous: false },
    ],
    [
      'a newer reading confirms the demand',
      [at(0, 'event', 'queued'), at(1, 'event', 'waiting'), at(2, 'read', 'queued')],
      { state: 'queued', ambiguous: false },
    ],
    [
      'a reading that began before the last event settles nothing',
      [at(0, 'event', 'queued'), at(5, 'event', 'waiting'), at(3, 'read', 'waiting')],
      { state: 'queued', ambiguous: true },
    ],
    [
      'nor one that began before the approval that came last of three events',
      [at(0, 'event', 'queued'), at(1, 'event', 'waiting'), at(5, 'event', 'queued'), at(3, 'read', 'waiting')],
      { state: 'queued', ambiguous: true },
    ],
    [
      'nor does it withdraw a demand told again since',
      [at(0, 'event', 'queued'), at(5, 'event', 'queued'), at(3, 'read', 'waiting')],
      { state: 'queued' },
    ],
    [
      'an event after a reading brings the doubt back',
      [at(0, 'event', 'queued'), at(1, 'read', 'waiting'), at(2, 'event', 'queued')],
      { state: 'queued', ambiguous: true },
    ],
    [
      'an older reading does not undo what an event has told since',
      [at(5, 'event', 'queued'), at(3, 'read', 'waiting')],
      { state: 'queued', ambiguous: false },
    ],
    [
      'a job that is held again keeps the moment when it first was demand',
      [at(0, 'event', 'queued'), at(2, 'read', 'waiting'), at(4, 'read', 'queued')],
      { state: 'queued', queuedAt: now },
    ],
  ]
  test.each(cases)('%s', (_name, observations, expected) => {
    expect(observeAll(observations)).toMatchObject(expected)
  })
})

describe('running and done', () => {
  test('an old reading of the queue does not bring a running job back', () => {
    const running = observeAll([at(5, 'event', 'running', { takenBy: 'r' })])
    expect(observeJob(running, at(3, 'read', 'queued')).state).toBe('running')
    expect(observeJob(running, at(9, 'read', 'queued')).state).toBe('running')
  })

  test('a late `queued` of a job that is done changes nothing', () => {
    const done = observeAll([at(5, 'event', 'done', { conclusion: 'cancelled' })])
    expect(observeJob(done, at(9, 'event', 'queued'))).toBe(done)
  })

  test('each time is that of the first sight of its state', () => {
    const job = observeAll([
      at(0, 'event', 'waiting'),
      at(1, 'read', 'queued'),
      at(2, 'event', 'running'),
      at(3, 'read', 'running'),
      at(4, 'event', 'done', { conclusion: 'failure', exitCode: 3 }),
      at(5, 'event', 'done', { conclusion: 'success', exitCode: 0 }),
    ])
    expect(job).toMatchObject({ receivedAt: now, queuedAt: now + 1, startedAt: now + 2, doneAt: now + 4 })
    expect(job).toMatchObject({ conclusion: 'failure', exitCode: 3 })
  })

  test('its page is that of the newest state that names one', () => {
    const job = observeAll([
      at(0, 'read', 'queued', { url: 'https://ci/job/app/' }),
      at(1, 'read', 'running', { url: 'https://ci/job/app/7/' }),
      at(2, 'event', 'done', { url: undefined }),
    ])
    expect(job.url).toBe('https://ci/job/app/7/')
  })

  test('what a late event alone knows is learnt even when the job is over', () => {
    const done = observeAll([at(5, 'event', 'done')])
    expect(observeJob(done, at(6, 'event', 'running', { takenBy: 'r', origin: 'fork' }))).toMatchObject({
      state: 'done',
      takenBy: 'r',
      origin: 'fork',
    })
  })

  test('a running state takes the doubt away', () => {
    const doubtful = [at(0, 'event', 'queued'), at(1, 'event', 'waiting')]
    expect(observeAll([...doubtful, at(2, 'event', 'running')]).ambiguous).toBe(false)
  })
})

describe('readings', () => {
  test('one that confirms what is known makes no new version', () => {
    const job = observeAll([at(0, 'read', 'queued', { origin: 'trusted' })])
    expect(observeJob(job, at(9, 'read', 'queued', { origin: 'trusted' }))).toBe(job)
  })

  test('one that could not tell the origin is remembered, so that it is not asked at once again', () => {
    const job = observeAll([at(0, 'event', 'queued'), at(9, 'read', 'queued')])
    expect(job).toMatchObject({ origin: 'unknown', readAt: now + 9 })
  })
})

describe('what a job asks for', () => {
  const other = { kind: 'all', labels: ['gpu'], matchCase: true } as const

  test('may be told anew while it waits, by a newer reading alone', () => {
    const first = anObservation({ via: 'read', state: 'waiting', began: now })
    const anew = (patch: Partial<JobObservation>) => {
      return observeAll([
        first,
        anObservation({ via: 'read', state: 'waiting', began: now + 1, requirement: other, ...patch }),
      ])
    }
    expect(anew({}).requirement).toEqual(other)
    expect(anew({ state: 'queued' }).requirement).toEqual(other)
    expect(anew({ via: 'event' }).requirement).toEqual(first.requirement)
    expect(anew({ began: now - 1 }).requirement).toEqual(first.requirement)
  })

  test('stays what it was once the job runs', () => {
    const running = anObservation({ via: 'read', state: 'running', began: now })
    const again = anObservation({ via: 'read', state: 'running', began: now + 1, requirement: other })
    expect(observeAll([running, again]).requirement).toEqual(running.requirement)
  })
})
