import type { WeekPart } from '../../../domain/console/policy.ts'

export const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const DAY = 1440

/** Things that hold for parts of a week, each once, with a letter. */
export interface WeekPlan<What> {
  readonly kinds: readonly { readonly letter: string; readonly what: What }[]
  /** By day; minutes since midnight. */
  readonly days: readonly (readonly { readonly from: number; readonly to: number; readonly kind: number }[])[]
}

/** The same thing at different hours is one kind: what is the same must look the same. */
export function planOf<What>(week: readonly WeekPart<What>[]): WeekPlan<What> {
  const keys = [...new Set(week.map(({ what }) => JSON.stringify(what)))]
  const kinds = keys.map((key, index) => ({ letter: String.fromCodePoint(65 + index), what: JSON.parse(key) as What }))
  const days = dayNames.map((_name, day) =>
    week.flatMap(({ fromMinute, toMinute, what }) => {
      const from = Math.max(fromMinute - day * DAY, 0)
      const to = Math.min(toMinute - day * DAY, DAY)
      return from < to ? [{ from, to, kind: keys.indexOf(JSON.stringify(what)) }] : []
    }),
  )
  return { kinds, days }
}

/** `08:30`; the end of a day is 24:00. */
export function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** Day (0 is Monday) and minute in a time zone, for the mark of now. */
export function placeInWeek(at: number, timeZone: string): { readonly day: number; readonly minute: number } {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
    .formatToParts(at)
    .map(({ type, value }) => [type, value] as const)
  const of = Object.fromEntries(parts) as Partial<Record<string, string>>
  const day = dayNames.findIndex((name) => name === of['weekday'])
  return { day, minute: Number(of['hour']) * 60 + Number(of['minute']) }
}
