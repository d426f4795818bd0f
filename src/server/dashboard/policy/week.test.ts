import { describe, expect, it } from 'vitest'
import { hoursText } from './calendar.tsx'
import { clockText, placeInWeek, planOf } from './week.ts'

const part = (fromMinute: number, toMinute: number, what: string) => ({ fromMinute, toMinute, what })
const week = [part(0, 480, 'quiet'), part(480, 1080, 'busy'), part(1080, 10_080, 'quiet')]

describe('a week', () => {
  it('has each kind once, and its parts by day', () => {
    const { kinds, days } = planOf(week)
    expect(kinds).toEqual([
      { letter: 'A', what: 'quiet' },
      { letter: 'B', what: 'busy' },
    ])
    expect(days[0]).toEqual([
      { from: 0, to: 480, kind: 0 },
      { from: 480, to: 1080, kind: 1 },
      { from: 1080, to: 1440, kind: 0 },
    ])
    expect(days[6]).toEqual([{ from: 0, to: 1440, kind: 0 }])
  })
  it('is told in words', () => {
    const { days } = planOf(week)
    expect(hoursText(days, 0)).toBe('Mon 00:00–08:00 and 18:00–24:00, Tue–Sun all day')
    expect(hoursText(days, 1)).toBe('Mon 08:00–18:00')
    expect(clockText(545)).toBe('09:05')
  })
  it('has its now in the zone of the policy', () => {
    // A Sunday, half past eleven in the evening.
    const at = Date.UTC(2026, 0, 4, 23, 30)
    expect(placeInWeek(at, 'UTC')).toEqual({ day: 6, minute: 1410 })
    expect(placeInWeek(at, 'Europe/Berlin')).toEqual({ day: 0, minute: 30 })
  })
})
