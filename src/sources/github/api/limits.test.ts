import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../../../test/fakes/clock.ts'
import { createLimits, waitMs } from './limits.ts'

const date = 'Mon, 05 Jan 2026 09:00:00 GMT'
const now = Date.parse(date) / 1000

function hour(limit: number, remaining: number, resetIn = 1800) {
  return {
    date,
    'x-ratelimit-limit': `${limit}`,
    'x-ratelimit-remaining': `${remaining}`,
    'x-ratelimit-reset': `${now + resetIn}`,
  }
}

describe('how long a limit lasts', () => {
  it.each([
    ['what GitHub asks for', { 'retry-after': '7', ...hour(5000, 0) }, 1, 7000],
    ['the reset of the hour, by its own clock', hour(5000, 0, 120), 1, 121_000],
    ['a reset that is just over', hour(5000, 0, -5), 1, 1000],
    ['a minute without a hint', {}, 1, 60_000],
    ['a minute when requests are left', hour(5000, 4000), 1, 60_000],
    ['double for each refusal in a row', {}, 3, 240_000],
    ['an hour at most', {}, 30, 3_600_000],
    ['an hour at most, whatever is asked', { 'retry-after': '999999' }, 1, 3_600_000],
  ])('%s', (_what, headers, refusals, expected) => {
    expect(waitMs(headers, refusals)).toBe(expected)
  })

  it('grows until an answer comes', () => {
    const limits = createLimits(createFakeClock())
    expect([limits.throttled({}), limits.throttled({})]).toEqual([60_000, 120_000])
    limits.answered(200, {})
    expect(limits.throttled({})).toBe(60_000)
  })

  it('is over when it has passed', async () => {
    const clock = createFakeClock()
    const limits = createLimits(clock)
    limits.throttled({ 'retry-after': '10' })
    await clock.advance(9000)
    expect(limits.blockedMs()).toBe(1000)
    await clock.advance(1000)
    expect(limits.blockedMs()).toBe(0)
  })
})

describe('the share of readings', () => {
  it('is half of the points of a minute, registrations counted', async () => {
    const clock = createFakeClock()
    const limits = createLimits(clock)
    for (let count = 0; count < 80; count += 1) limits.spend(5)
    expect(limits.mayRead()).toBe(true)
    for (let count = 0; count < 50; count += 1) limits.spend(1)
    expect(limits.mayRead()).toBe(false)
    await clock.advance(60_001)
    expect(limits.mayRead()).toBe(true)
  })

  it('leaves a fifth of the hour alone, until the hour is over', async () => {
    const clock = createFakeClock()
    const limits = createLimits(clock)
    limits.answered(200, hour(5000, 1000))
    expect(limits.mayRead()).toBe(true)
    limits.answered(200, hour(5000, 999))
    expect(limits.mayRead()).toBe(false)
    await clock.advance(1_802_000)
    expect(limits.mayRead()).toBe(true)
  })

  it('is spread over the hour; unchanged answers cost nothing', async () => {
    const clock = createFakeClock()
    const limits = createLimits(clock)
    for (let count = 0; count < 5000; count += 1) limits.answered(304, hour(5000, 4900))
    expect(limits.mayRead()).toBe(true)
    for (let count = 0; count < 1000; count += 1) limits.answered(200, hour(5000, 4000))
    expect(limits.mayRead()).toBe(false)
    await clock.advance(2000)
    expect(limits.mayRead()).toBe(true)
  })

  it('is not counted by the hour where GitHub tells no limit', () => {
    const limits = createLimits(createFakeClock())
    for (let count = 0; count < 10_000; count += 1) limits.answered(200, { date })
    expect(limits.mayRead()).toBe(true)
  })
})
