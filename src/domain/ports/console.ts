import type { JobTimeline, MachineLife } from '../console/life.ts'
import type { LiveChange, Now } from '../console/live.ts'
import type { Policy } from '../console/policy.ts'

/** What people did that changes nothing but who they are here. */
export interface Audited {
  readonly kind: 'login' | 'login-refused' | 'logout'
  /** `token:NAME`, or `address:IP` of who could not name one. */
  readonly subject: string
  readonly reason: string
  readonly by: string
}

/** What the console asks beyond what every caller of the API does. */
export interface ConsoleOperations {
  /** How things stand now. */
  now(): Promise<Now>
  /** Calls back with every change of it, once a second at most, until the result is called. */
  watch(onChange: (change: LiveChange) => void): () => void
  timeline(job: string): Promise<JobTimeline | undefined>
  /** Also of one that is gone, until it is pruned. */
  machine(key: string): Promise<MachineLife | undefined>
  policy(): Policy
  /** Notes it in the journal. Rejects as `Store.commit` does. */
  audit(audited: Audited): Promise<void>
}
