/** What this process has seen of machines that we make. A deadline acts only on what was seen since the start. */
export interface Sightings {
  /** Machines that were asked for, polled, or looked at, whatever came of it. */
  readonly tried: Set<string>
  /** The work under way that this process follows, and since when by its monotonic clock, by machine. */
  readonly following: Map<string, { readonly operation: string; readonly since: number }>
  /** Our wall time when the work of deleting it ended, by machine: only a listing that began later tells that it is gone. */
  readonly deletedAt: Map<string, number>
  /** When the first of the listings in a row that lack it began, by machine. */
  readonly missingSince: Map<string, number>
  /** When the first listing began that showed a machine of ours without a record, as `fleet/machine`. */
  readonly orphansSince: Map<string, number>
  /** Machines on which containers have come or gone since they were last tallied. */
  readonly touched: Set<string>
  /** Agents begun on a machine since it was last tallied. */
  readonly agentsBegun: Map<string, number>
}

export function createSightings(): Sightings {
  return {
    tried: new Set(),
    following: new Map(),
    deletedAt: new Map(),
    missingSince: new Map(),
    orphansSince: new Map(),
    touched: new Set(),
    agentsBegun: new Map(),
  }
}
