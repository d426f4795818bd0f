import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFakeClock } from '../../../test/fakes/clock.ts'
import { aContainer, aJob, aMachine, anAgent, now } from '../../../test/fakes/records.ts'
import { costBetween } from '../../domain/money.ts'
import { createJumpDetector, moved, movedRecord, newestTime } from './wall-jumps.ts'

const hour = 3_600_000

describe('a jump', () => {
  test('is what wall time went on beyond time itself', async () => {
    const clock = createFakeClock(now)
    const detect = createJumpDetector(clock)
    await clock.advance(1000)
    clock.jump(hour)
    expect(detect()).toEqual({ byMs: hour, from: now + hour, to: now + hour + 1000 })
    clock.jump(-2 * hour)
    expect(detect()).toMatchObject({ byMs: -2 * hour })
  })

  test('is told once', () => {
    const clock = createFakeClock(now)
    const detect = createJumpDetector(clock)
    clock.jump(hour)
    expect(detect()).toBeDefined()
    expect(detect()).toBeUndefined()
  })

  test('is none while time just passes, however long nobody asks', async () => {
    const clock = createFakeClock(now)
    const detect = createJumpDetector(clock)
    expect(detect()).toBeUndefined()
    await clock.advance(24 * hour)
    expect(detect()).toBeUndefined()
  })

  const steps: [number, boolean][] = [
    [30_000, false],
    [-30_000, false],
    [30_001, true],
    [-30_001, true],
  ]
  test.each(steps)('of %i ms counts: %s', (ms, counts) => {
    const clock = createFakeClock(now)
    const detect = createJumpDetector(clock)
    clock.jump(ms)
    expect(detect() !== undefined).toBe(counts)
  })

  test('is not made of many small steps', async () => {
    const clock = createFakeClock(now)
    const detect = createJumpDetector(clock)
    for (let i = 0; i < 100; i++) {
      await clock.advance(1000)
      clock.jump(900)
      expect(detect()).toBeUndefined()
    }
  })
})

test('after several jumps a time moves by those that came after it was read', () => {
  const back = { byMs: -hour, from: now - hour, to: now - hour + 5000 }
  const ahead = { byMs: 3 * hour, from: now + 2 * hour, to: now + 2 * hour + 5000 }
  expect(moved(now - 10_000, back, ahead)).toBe(now - 10_000 + 2 * hour)
  expect(moved(now - hour + 1000, back, ahead)).toBe(now + 2 * hour + 1000)
  expect(moved(now + 2 * hour + 1000, back, ahead)).toBe(now + 2 * hour + 1000)
})

describe('a machine that was made', () => {
  test('moves with all its times, so that it costs the same; what its provider announced stays', () => {
    const price = { nanosPerHour: '360000000', currency: 'USD', what: 'running' } as const
    const made = {
      offer: 'd8',
      sizeName: 'd8',
      spot: true,
      template: 't',
      reason: '',
      acceptedAt: now - 3 * hour,
      readyAt: now - 2 * hour,
      prices: [
        { ...price, from: now - 3 * hour },
        { ...price, nanosPerHour: '1', from: now - hour },
      ],
      eviction: { noticedAt: now - 1000, notBefore: now + 30_000, detail: 'Preempt' },
    }
    const jump = { byMs: 5 * hour, from: now + 5 * hour, to: now + 5 * hour }
    const after = { ...aMachine({ made }), ...movedRecord('machine', aMachine({ made }), jump) }.made ?? made
    expect(after).toMatchObject({
      acceptedAt: now + 2 * hour,
      readyAt: now + 3 * hour,
      eviction: { noticedAt: now + 5 * hour - 1000, notBefore: now + 30_000 },
    })
    const cost = costBetween(made.prices, made.acceptedAt, now)
    expect(costBetween(after.prices, after.acceptedAt ?? 0, now + 5 * hour)).toBe(cost)
  })

  test('has nothing moved that it does not have', () => {
    expect(movedRecord('machine', aMachine(), { byMs: hour, from: now, to: now })).not.toHaveProperty('made')
  })
})

describe('after a jump a time', () => {
  const ahead = { byMs: hour, from: now + hour, to: now + hour + 1000 }
  const back = { byMs: -hour, from: now - hour, to: now - hour + 1000 }
  const cases: [string, number, typeof ahead, number][] = [
    ['noted before it moves along, ahead', now - 5000, ahead, now + hour - 5000],
    ['noted before it moves along, back', now - 5000, back, now - hour - 5000],
    ['noted at the last moment before it too', now + 999, ahead, now + hour + 999],
    ['to come moves along', now + 60_000, back, now - hour + 60_000],
    ['noted after it stands right, ahead', now + hour + 500, ahead, now + hour + 500],
    ['noted after it stands right, back', now - hour + 500, back, now - hour + 500],
  ]
  test.each(cases)('%s', (_name, at, jump, expected) => {
    expect(moved(at, jump)).toBe(expected)
  })

  test('is as far from now as it was', () => {
    const jumps = fc.integer({ min: -1000 * hour, max: 1000 * hour }).filter((ms) => Math.abs(ms) > 30_000)
    fc.assert(
      fc.property(jumps, fc.integer({ min: 0, max: 100 * hour }), fc.nat(20_000), (byMs, age, passed) => {
        const from = now + byMs
        const to = from + passed
        const at = now - age
        // One that is exactly as old as the jump went back can't be told from a new one.
        fc.pre(at < from || at > to)
        expect(to - moved(at, { byMs, from, to })).toBe(now + passed - at)
      }),
    )
  })
})

test('all times of a record move, and nothing else', () => {
  const jump = { byMs: hour, from: now + hour, to: now + hour }
  const agent = anAgent({ createdAt: now - 3, stateAt: now - 2, activatedAt: now - 1, jobDoneAt: undefined })
  expect(movedRecord('agent', agent, jump)).toEqual({
    createdAt: now + hour - 3,
    stateAt: now + hour - 2,
    activatedAt: now + hour - 1,
  })
  const job = aJob({ seenAt: now - 1, readAt: now - 2, receivedAt: now - 3, queuedAt: now - 4, startedAt: now - 5 })
  expect(movedRecord('job', job, jump)).toEqual({
    seenAt: now + hour - 1,
    readAt: now + hour - 2,
    receivedAt: now + hour - 3,
    queuedAt: now + hour - 4,
    startedAt: now + hour - 5,
  })
})

/** A time that is forgotten here would be the one deadline that does not move. */
test('no field of a record that holds a time is forgotten', () => {
  const jump = { byMs: hour, from: now + hour, to: now + hour }
  const timesOf = (record: object) =>
    Object.entries(record).flatMap(([field, value]) =>
      field.endsWith('At') && typeof value === 'number' ? [field] : [],
    )
  const done = { doneAt: now, startedAt: now, readAt: now, cancelRequestedAt: now }
  expect(Object.keys(movedRecord('job', aJob(done), jump)).sort()).toEqual(timesOf(aJob(done)).sort())
  const agent = anAgent({ jobDoneAt: now })
  expect(Object.keys(movedRecord('agent', agent, jump)).sort()).toEqual(timesOf(agent).sort())
  const container = aContainer({ preparedAt: now })
  expect(Object.keys(movedRecord('container', container, jump)).sort()).toEqual(timesOf(container).sort())
  expect(Object.keys(movedRecord('machine', aMachine(), jump)).sort()).toEqual(timesOf(aMachine()).sort())
})

test('the newest time of a record', () => {
  expect(newestTime('agent', anAgent({ createdAt: 1, stateAt: 5, activatedAt: 3 }))).toBe(5)
  expect(newestTime('machine', aMachine({ createdAt: 1, stateAt: 1, seenAt: 2 }))).toBe(2)
})
