import type { JobTimeline } from '../../../domain/console/life.ts'
import { useConsole } from '../data/console.ts'
import { roundDuration } from '../data/words.ts'
import { Time } from '../parts/time.tsx'
import { sharesOf, stretchesOf, wasHeld } from './timeline.ts'

/** How a job went: a strip to scale, and the same in words and times. */
export function TimelineStrip({ timeline }: { readonly timeline: JobTimeline }) {
  const now = useConsole().ticker.now.value
  const stretches = stretchesOf(timeline)
  const shares = sharesOf(stretches, now)
  const last = timeline.steps.at(-1)
  return (
    <>
      <div class="strip" aria-hidden="true">
        {stretches.map(({ step }, index) => (
          <span key={step} class={`stretch step-${step}`} style={{ flexGrow: shares[index] ?? 0 }} />
        ))}
      </div>
      {wasHeld(timeline) && <p class="dim small">An agent was there before it came, so it waited for none.</p>}
      <ol class="steps">
        {stretches.map(({ step, words, from, to }) => (
          <li key={step}>
            <span class={`step-sign step-${step}`} aria-hidden="true" />
            <strong class="number">{roundDuration((to ?? now) - from)}</strong>
            <span>
              {words}
              {to === undefined && ' so far'}
            </span>
            <span class="dim">
              <Time at={from} reachable />
            </span>
          </li>
        ))}
        {last?.step === 'done' && (
          <li>
            <span class="step-sign step-done" aria-hidden="true" />
            <strong />
            <span>over</span>
            <span class="dim">
              <Time at={last.at} reachable />
            </span>
          </li>
        )}
      </ol>
    </>
  )
}
