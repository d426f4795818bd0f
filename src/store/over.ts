import { isLiveAgent } from '../domain/agent.ts'
import { isLiveJob } from '../domain/jobs/job-states.ts'
import { isLiveMachine } from '../domain/machine.ts'
import type { Put, RecordTable } from '../domain/ports/store.ts'

export type AnyPut = { [T in RecordTable]: Put<T> }[RecordTable]

/**
 * Our wall time (ms) as of which a record counts as over, null while it is live. What tells no time of its end
 * (registrations) counts from its making: its life is short against any retention.
 */
export function overAt(put: AnyPut): number | null {
  switch (put.table) {
    case 'job':
      return isLiveJob(put.record) ? null : (put.record.doneAt ?? put.record.seenAt)
    case 'agent':
      return isLiveAgent(put.record) ? null : put.record.stateAt
    case 'machine':
      return isLiveMachine(put.record) ? null : put.record.seenAt
    case 'container':
      return put.record.state === 'gone' ? (put.record.goneAt ?? put.record.createdAt) : null
    case 'registration':
      return put.record.state === 'gone' ? put.record.createdAt : null
  }
}
