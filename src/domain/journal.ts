/** One line of history: an action that was intended, or what came of it. */
export interface JournalEntry {
  readonly at: number
  /** `start-agent`, `dismiss-agent`, `machine-unreachable`, … : static, so that it can be searched. */
  readonly kind: string
  /** What it is about: `job:KEY`, `agent:KEY`, `machine:KEY`, `pool:NAME`, `source:NAME`. */
  readonly subject: string
  readonly reason: string
  readonly outcome: 'intended' | 'done' | 'failed' | 'noted'
  /** A token's name for what people did; `slipway` else. */
  readonly by: string
}
