/** One line of history: an action that was intended, or what came of it. */
export interface JournalEntry {
  readonly at: number
  /** `start-agent`, `dismiss-agent`, `machine-unreachable`, … : static, so that it can be searched. */
  readonly kind: string
  /** What it is about: `job:KEY`, `agent:KEY`, `machine:KEY`, `pool:NAME`, `source:NAME`, `token:NAME`, `budget:NAME`. */
  readonly subject: string
  readonly reason: string
  readonly outcome: 'intended' | 'done' | 'failed' | 'noted'
  /**
   * `slipway`, or for what people did the name of their token, `NAME via console` by a session that it began, or
   * `NAME via proxy` for a user whom a trusted proxy named.
   */
  readonly by: string
}
