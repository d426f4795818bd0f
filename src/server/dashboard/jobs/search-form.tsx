import { useEffect, useState } from 'preact/hooks'
import type { JobState } from '../../../domain/jobs/job.ts'
import { useConsole } from '../data/console.ts'

export interface JobSearch {
  readonly search: string
  readonly state: string
}

const states: readonly { readonly state: JobState | ''; readonly word: string }[] = [
  { state: '', word: 'any state' },
  { state: 'queued', word: 'queued' },
  { state: 'running', word: 'running' },
  { state: 'done', word: 'done' },
  { state: 'waiting', word: 'held by its source' },
]

const PAUSE_MS = 250

/** Asks again once the typing pauses. */
export function SearchForm({
  current,
  onChange,
}: {
  readonly current: JobSearch
  readonly onChange: (next: JobSearch) => void
}) {
  const { clock } = useConsole()
  const [typed, setTyped] = useState(current.search)
  useEffect(() => setTyped(current.search), [current.search])
  useEffect(() => {
    if (typed === current.search) return undefined
    return clock.timer(PAUSE_MS, () => onChange({ ...current, search: typed }))
  }, [typed, current, onChange, clock])

  return (
    <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        <span class="unseen">Search jobs</span>
        <input
          type="search"
          placeholder="Repository, workflow, name, id"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <label>
        <span class="unseen">State</span>
        <select value={current.state} onChange={(event) => onChange({ ...current, state: event.currentTarget.value })}>
          {states.map(({ state, word }) => (
            <option key={state} value={state}>
              {word}
            </option>
          ))}
        </select>
      </label>
    </form>
  )
}
