import { useEffect, useRef, useState } from 'preact/hooks'
import { useConsole } from '../data/console.ts'
import { useLoad } from '../data/use-load.ts'
import { Panel } from '../parts/panel.tsx'
import { Answer } from '../parts/states.tsx'

const EVERY_MS = 2000

/** The last output of the job's agent. It follows the end while the job runs, until one scrolls up. */
export function LogPanel({ job, running }: { readonly job: string; readonly running: boolean }) {
  const { session } = useConsole()
  if (!session.may('logs'))
    return (
      <Panel title="Log">
        <p class="dim">Your token lacks the role “logs”.</p>
      </Panel>
    )
  return <Tail job={job} running={running} />
}

function Tail({ job, running }: { readonly job: string; readonly running: boolean }) {
  const path = `/jobs/${encodeURIComponent(job)}/log`
  const log = useLoad(`${path} ${running}`, (api, signal) => api.text(path, signal), {
    everyMs: running ? EVERY_MS : undefined,
  })
  const box = useRef<HTMLPreElement>(null)
  const [follows, setFollows] = useState(true)
  useEffect(() => {
    if (follows && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [log.data, follows])

  const scrolled = (): void => {
    const shown = box.current
    if (shown) setFollows(shown.scrollTop + shown.clientHeight >= shown.scrollHeight - 8)
  }
  const aside = running ? (
    <label class="follow">
      <input type="checkbox" checked={follows} onChange={(event) => setFollows(event.currentTarget.checked)} /> follow
    </label>
  ) : (
    <span class="dim">the last of it</span>
  )
  return (
    <Panel title="Log" aside={aside} bare>
      <Answer of={log} what="the log">
        {(text) =>
          text === '' ? (
            <p class="empty">{running ? 'No output yet.' : 'No output is kept: its agent is gone.'}</p>
          ) : (
            <pre
              ref={box}
              class="log"
              tabIndex={0}
              role="log"
              aria-label="Output of the job"
              aria-live="off"
              onScroll={scrolled}
            >
              {text}
            </pre>
          )
        }
      </Answer>
    </Panel>
  )
}
