import type { JournalEntry } from '../../../domain/journal.ts'
import { Time } from './time.tsx'

/** What was done, and who did it; newest first as the service tells it. */
export function JournalTable({ entries }: { readonly entries: readonly JournalEntry[] }) {
  if (entries.length === 0) return <p class="empty">Nothing yet.</p>
  return (
    <div class="scroll history" role="region" aria-label="What was done" tabIndex={0}>
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Why</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={`${entry.at} ${entry.kind} ${entry.subject} ${entry.outcome}`}>
              <td data-label="When">
                <Time at={entry.at} />
              </td>
              <th scope="row" class="nowrap">
                {entry.kind}
                {entry.outcome !== 'noted' && (
                  <span class={entry.outcome === 'failed' ? 'bad' : 'dim'}> {entry.outcome}</span>
                )}
              </th>
              <td data-label="Why" class="breakable">
                {entry.reason}
              </td>
              <td data-label="By">{entry.by}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
