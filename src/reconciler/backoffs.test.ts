import { describe, expect, test } from 'vitest'
import { createFakeClock } from '../../test/fakes/clock.ts'
import { Throttled, Transient } from '../domain/errors.ts'
import { backoffMs, withJitter } from '../kit/backoff.ts'
import { createBackoffs } from './backoffs.ts'

const noJitter = () => 1

describe('backoffs', () => {
  test('double with each failure in a row, up to ten minutes', async () => {
    const clock = createFakeClock()
    const backoffs = createBackoffs(clock, noJitter)
    const waits: number[] = []
    for (let i = 0; i < 12; i++) {
      backoffs.fail('machine:m1', new Transient('x'))
      waits.push(backoffs.wait('machine:m1'))
    }
    expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000])
    expect(waits.slice(-2)).toEqual([600_000, 600_000])
  })

  test('run out, and remember how often it failed', async () => {
    const clock = createFakeClock()
    const backoffs = createBackoffs(clock, noJitter)
    backoffs.fail('t', new Transient('x'))
    await clock.advance(999)
    expect(backoffs.wait('t')).toBe(1)
    await clock.advance(1)
    expect(backoffs.wait('t')).toBe(0)
    await clock.advance(100_000)
    expect(backoffs.wait('t')).toBe(0)
    expect(backoffs.failures('t')).toBe(1)
    backoffs.fail('t', new Transient('x'))
    expect(backoffs.wait('t')).toBe(2000)
  })

  test('are over with a success, and begin anew', () => {
    const backoffs = createBackoffs(createFakeClock(), noJitter)
    backoffs.fail('t', new Transient('x'))
    backoffs.fail('t', new Transient('x'))
    backoffs.ok('t')
    expect([backoffs.wait('t'), backoffs.failures('t'), backoffs.list()]).toEqual([0, 0, []])
    backoffs.fail('t', new Transient('x'))
    expect(backoffs.wait('t')).toBe(1000)
  })

  test('last at least as long as the other side asks', () => {
    const backoffs = createBackoffs(createFakeClock(), noJitter)
    backoffs.fail('t', new Throttled('slow down', 90_000))
    expect(backoffs.wait('t')).toBe(90_000)
    backoffs.fail('u', new Throttled('slow down', 10))
    expect(backoffs.wait('u')).toBe(1000)
  })

  test("are each target's own", () => {
    const backoffs = createBackoffs(createFakeClock(), noJitter)
    backoffs.fail('machine:m1', new Transient('x'))
    expect(backoffs.wait('machine:m2')).toBe(0)
  })

  test('move with a jump of the clock, but for those that were set since', () => {
    const clock = createFakeClock()
    const backoffs = createBackoffs(clock, noJitter)
    backoffs.fail('before', new Transient('x'))
    const jumpedAt = clock.wall()
    clock.jump(7_200_000)
    backoffs.fail('since', new Transient('x'))
    backoffs.move((at) => (at > jumpedAt ? at : at + 7_200_000))
    expect([backoffs.wait('before'), backoffs.wait('since')]).toEqual([1000, 1000])
  })

  test('are listed with what went wrong last', () => {
    const clock = createFakeClock()
    const backoffs = createBackoffs(clock, noJitter)
    backoffs.fail('a', new Transient('first'))
    backoffs.fail('a', new Transient('then'))
    backoffs.fail('b', 'no error at all')
    expect(backoffs.list()).toEqual([
      { target: 'a', failures: 2, until: clock.wall() + 2000, error: 'then' },
      { target: 'b', failures: 1, until: clock.wall() + 1000, error: 'no error at all' },
    ])
  })
})

describe('delays', () => {
  const cases: [number, number][] = [
    [0, 0],
    [1, 10_000],
    [2, 20_000],
    [7, 600_000],
    [5000, 600_000],
  ]
  test.each(cases)('after %i failures: %i ms', (failures, ms) => {
    expect(backoffMs(failures)).toBe(ms)
  })

  test('jitter stays between half and all of it', () => {
    expect([withJitter(1000, () => 0), withJitter(1000, () => 0.5), withJitter(1000, noJitter)]).toEqual([
      500, 750, 1000,
    ])
  })
})
