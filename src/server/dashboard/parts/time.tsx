import { useConsole } from '../data/console.ts'
import { absolute, relative } from '../data/words.ts'

/** `3m12s ago`, with the date on hover; where `reachable`, on focus too. */
export function Time({ at, reachable = false }: { readonly at: number | undefined; readonly reachable?: boolean }) {
  const { now } = useConsole().ticker
  if (at === undefined) return null
  const whole = absolute(at)
  return (
    <time
      class="time"
      dateTime={new Date(at).toISOString()}
      {...(reachable
        ? { tabIndex: 0, 'data-absolute': whole, 'aria-label': `${relative(at, now.value)}, ${whole}` }
        : { title: whole })}
    >
      {relative(at, now.value)}
    </time>
  )
}
