import { useEffect, useRef } from 'preact/hooks'
import type { Now } from '../../../domain/console/live.ts'
import { useConsole } from '../data/console.ts'
import { sentence } from '../data/words.ts'
import { verdictOf, type Tone } from './verdict.ts'

const signs: Readonly<Record<Tone, string>> = { good: '✓', notice: '◷', bad: '!' }
const words: Readonly<Record<Tone, string>> = { good: 'Well', notice: 'Notice', bad: 'Trouble' }

/** A glance: is all well? Spoken when it turns, not with each number. */
export function VerdictLine({ now }: { readonly now: Now }) {
  const { live, speak, ticker } = useConsole()
  const verdict = verdictOf(now, ticker.now.value)
  const isStale = live.connection.value === 'stale'
  const before = useRef(verdict.tone)
  useEffect(() => {
    if (before.current !== verdict.tone) speak(verdict.line)
    before.current = verdict.tone
  }, [verdict.tone, verdict.line, speak])

  return (
    <div class={`verdict ${isStale ? 'stale' : verdict.tone}`}>
      <p class="verdict-line">
        <span class="verdict-sign" role="img" aria-label={isStale ? 'Unknown' : words[verdict.tone]}>
          {isStale ? '?' : signs[verdict.tone]}
        </span>
        {isStale ? `No word from the service. As it was last: ${verdict.line}` : verdict.line}
      </p>
      {verdict.troubles.length > 0 && (
        <ul class="troubles">
          {verdict.troubles.map(({ about, words: trouble, href }) => (
            <li key={`${about} ${trouble}`}>
              <strong>{href === undefined ? about : <a href={href}>{about}</a>}</strong> {sentence(trouble)}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
