import type { ComponentChildren } from 'preact'
import type { WeekPart } from '../../../domain/console/policy.ts'
import { useConsole } from '../data/console.ts'
import { clockText, dayNames, placeInWeek, planOf } from './week.ts'

const DAY = 1440

interface CalendarProps<What> {
  readonly week: readonly WeekPart<What>[]
  readonly timeZone: string
  readonly show: (what: What) => ComponentChildren
}

/** What holds when: a week as a picture, then each kind in words with its hours. One kind needs no picture. */
export function Calendar<What>({ week, timeZone, show }: CalendarProps<What>) {
  const { kinds, days } = planOf(week)
  const [only] = kinds
  if (kinds.length === 1 && only) return <>{show(only.what)}</>
  return (
    <div class="calendar">
      <Picture days={days} kinds={kinds} timeZone={timeZone} />
      <ul class="kinds">
        {kinds.map(({ letter, what }, kind) => (
          <li key={letter}>
            <span class={`pool-swatch week-${kind % 6}`} aria-hidden="true">
              {letter}
            </span>
            <div>
              <p class="dim small">{hoursText(days, kind)}</p>
              {show(what)}
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}

type Days = ReturnType<typeof planOf>['days']

function Picture({
  days,
  kinds,
  timeZone,
}: {
  days: Days
  kinds: readonly { readonly letter: string }[]
  timeZone: string
}) {
  const { day: today, minute } = placeInWeek(useConsole().ticker.now.value, timeZone)
  return (
    <div class="week" aria-hidden="true">
      {days.map((parts, day) => (
        <div key={dayNames[day]} class="day">
          <span class={day === today ? 'day-name today' : 'day-name'}>{dayNames[day]}</span>
          <div class="hours">
            {parts.map(({ from, to, kind }) => (
              <span key={from} class={`hour week-${kind % 6}`} style={{ width: `${((to - from) / DAY) * 100}%` }}>
                {to - from > 60 ? kinds[kind]?.letter : ''}
              </span>
            ))}
            {day === today && <span class="now-mark" style={{ left: `${(minute / DAY) * 100}%` }} />}
          </div>
        </div>
      ))}
      <div class="day dim">
        <span />
        <div class="hour-names">
          {[0, 6, 12, 18, 24].map((hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </div>
      </div>
    </div>
  )
}

/** `Mon 08:00–18:00, Tue 08:00–18:00`; days of the same hours together: `Mon–Fri 08:00–18:00`. */
export function hoursText(days: Days, kind: number): string {
  const daily = days.map((parts) =>
    parts
      .filter((part) => part.kind === kind)
      .map(({ from, to }) => (from === 0 && to === DAY ? 'all day' : `${clockText(from)}–${clockText(to)}`))
      .join(' and '),
  )
  const runs: { from: number; to: number; hours: string }[] = []
  for (const [day, hours] of daily.entries()) {
    const last = runs.at(-1)
    if (hours === '') continue
    if (last && last.hours === hours && last.to === day - 1) last.to = day
    else runs.push({ from: day, to: day, hours })
  }
  return runs
    .map(({ from, to, hours }) => `${from === to ? dayNames[from] : `${dayNames[from]}–${dayNames[to]}`} ${hours}`)
    .join(', ')
}
