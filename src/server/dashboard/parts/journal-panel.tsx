import type { JournalEntry } from '../../../domain/journal.ts'
import { useLoad } from '../data/use-load.ts'
import { JournalTable } from './journal-table.tsx'
import { Panel } from './panel.tsx'
import { Answer } from './states.tsx'

const MOST = 100
const EVERY_MS = 3000

/** What was done to one thing, and by whom. */
export function JournalPanel({ subject }: { readonly subject: string }) {
  const path = `/journal?subject=${encodeURIComponent(subject)}&limit=${MOST}`
  const journal = useLoad(path, (api, signal) => api.get<{ entries: readonly JournalEntry[] }>(path, signal), {
    everyMs: EVERY_MS,
  })
  return (
    <Panel title="History" bare aside={<span class="dim">newest first</span>}>
      <Answer of={journal} what="the journal">
        {({ entries }) => <JournalTable entries={entries} />}
      </Answer>
    </Panel>
  )
}
