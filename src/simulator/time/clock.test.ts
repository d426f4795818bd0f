import { describe, expect, test } from 'vitest'
import { createVirtualClock } from './clock.ts'

const start = Date.UTC(2026, 0, 5)
const endless = () => false

describe('virtual time', () => {
  test('timers fire in order of time, then in the order in which they were set', async () => {
    const clock = createVirtualClock(start)
    const seen: string[] = []
    for (const [name, ms] of [
      ['c', 30],
      ['a', 10],
      ['b', 20],
      ['b2', 20],
    ] as const)
      clock.timer(ms, () => seen.push(`${name} at ${clock.monotonic()}`))
    await clock.run(25, endless)
    expect(seen).toEqual(['a at 10', 'b at 20', 'b2 at 20'])
    expect(clock.monotonic()).toBe(25)
    await clock.run(100, endless)
    expect(seen.at(-1)).toBe('c at 30')
  })

  test('what a timer sets off is done before the next one fires, however deep it is chained', async () => {
    const clock = createVirtualClock(start)
    const seen: string[] = []
    const chain = async (): Promise<void> => {
      for (let i = 0; i < 500; i++) await Promise.resolve()
      seen.push('chain')
    }
    clock.timer(10, () => void chain())
    clock.timer(10, () => seen.push('next'))
    await clock.run(10, endless)
    expect(seen).toEqual(['chain', 'next'])
  })

  test('a timer that was cancelled does not fire, and does not count', async () => {
    const clock = createVirtualClock(start)
    const seen: string[] = []
    const cancel = clock.timer(10, () => seen.push('cancelled'))
    clock.timer(5, () => cancel())
    await clock.run(20, endless)
    expect(seen).toEqual([])
    expect(clock.fired()).toBe(1)
  })

  test('a jump moves the wall clock and no timer', async () => {
    const clock = createVirtualClock(start)
    const seen: number[] = []
    clock.timer(1000, () => seen.push(clock.wall()))
    clock.jump(-3_600_000)
    await clock.run(1000, endless)
    expect(seen).toEqual([start + 1000 - 3_600_000])
  })

  test('it stops when it is told to, at the moment that it was told', async () => {
    const clock = createVirtualClock(start)
    let stopped = false
    clock.timer(10, () => void (stopped = true))
    clock.timer(20, () => expect.unreachable())
    await clock.run(100, () => stopped)
    expect(clock.monotonic()).toBe(10)
  })
})
