import { useRoute } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { Explanation } from '../../../domain/ports/operations.ts'
import type { JobTimeline } from '../../../domain/console/life.ts'
import { useConsole } from '../data/console.ts'
import { useLoad } from '../data/use-load.ts'
import { JobChip } from '../parts/chip.tsx'
import { ConfirmDialog } from '../parts/dialog.tsx'
import { JournalTable } from '../parts/journal-table.tsx'
import { PageTitle } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { JobFacts } from './job-facts.tsx'
import { isCancellable } from './job-words.ts'
import { LogPanel } from './log-panel.tsx'
import { TimelineStrip } from './timeline-strip.tsx'

const EVERY_MS = 2000

export function JobPage() {
  const { key = '' } = useRoute().params
  const path = `/jobs/${encodeURIComponent(key)}`
  const explained = useLoad(key, (api, signal) => api.get<Explanation>(`${path}/explain`, signal), {
    everyMs: EVERY_MS,
  })
  const timeline = useLoad(key, (api, signal) => api.get<JobTimeline>(`${path}/timeline`, signal), {
    everyMs: EVERY_MS,
  })
  if (explained.notFound) return <NoJob name={key} />
  return (
    <Answer of={explained} what="the job">
      {(explanation) => (
        <>
          <JobTitle explanation={explanation} again={explained.again} />
          <div class="stack">
            <div class="two">
              <Panel title="How it goes">
                <Answer of={timeline} what="its steps">
                  {(steps) => <TimelineStrip timeline={steps} />}
                </Answer>
              </Panel>
              <Words explanation={explanation} />
            </div>
            <LogPanel job={key} running={explanation.job.state === 'running'} />
            <div class="two">
              <Panel title="What it is">
                <JobFacts explanation={explanation} />
              </Panel>
              <Panel title="History" bare>
                <JournalTable entries={explanation.history} />
              </Panel>
            </div>
          </div>
        </>
      )}
    </Answer>
  )
}

function JobTitle({ explanation, again }: { readonly explanation: Explanation; readonly again: () => void }) {
  const { session, api, speak } = useConsole()
  const [asking, setAsking] = useState(false)
  const { job } = explanation
  const name = job.name || job.externalId
  const cancel = async (): Promise<void> => {
    await api.send('POST', `/jobs/${encodeURIComponent(job.key)}/cancel`)
    speak('The job is being cancelled.')
    again()
  }
  return (
    <PageTitle title={name} tab={`${name}, ${job.state}`}>
      <JobChip job={job} />
      <span class="dim breakable">{job.repository}</span>
      <div class="end">
        {isCancellable(job) && session.may('submit') && (
          <button type="button" class="button danger" onClick={() => setAsking(true)}>
            Cancel the job…
          </button>
        )}
      </div>
      {asking && (
        <ConfirmDialog
          question={{
            title: `Cancel ${name}?`,
            words: job.state === 'running' ? 'It runs, and is ended now.' : 'It has not begun, and never will.',
            verb: 'Cancel the job',
            danger: true,
            act: cancel,
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </PageTitle>
  )
}

function Words({ explanation }: { readonly explanation: Explanation }) {
  return (
    <Panel title="Why">
      <ul class="words">
        {explanation.words.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <p class="dim small binding">{explanation.binding}</p>
    </Panel>
  )
}

function NoJob({ name }: { readonly name: string }) {
  return (
    <>
      <PageTitle title="No such job" />
      <Empty title={`Nobody knows ${name}.`}>
        <p>It may be older than what is kept (store.retention.jobs).</p>
        <a href="/jobs">All jobs</a>
      </Empty>
    </>
  )
}
