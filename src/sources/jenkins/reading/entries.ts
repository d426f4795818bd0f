import type { Facts } from './facts.ts'

/** A job that readings showed. */
export interface Entry extends Facts {
  /** Our monotonic time. */
  readonly seenAt: number
  /** Number of the last reading that showed it in the queue. */
  readonly queuedIn: number
  /** The node that the newest reading shows it on. */
  readonly node?: string
  /** Path of the build or run that it became, once a reading showed it. */
  readonly run?: string
}

/** Jobs by id and by the path of their project. */
export interface Entries {
  get(id: string): Entry | undefined
  ofPath(path: string): readonly Entry[]
  /** With what else is known of it left as it is. */
  put(facts: Facts, more: Pick<Entry, 'seenAt' | 'node'> & Partial<Entry>): void
  /** Those that are on a node and not among these are on none. */
  keepOnNodes(ids: { has(id: string): boolean }): void
  /** Drops what was last seen before that. */
  forget(before: number): void
}

export function createEntries(): Entries {
  const entries = new Map<string, Entry>()
  const byPath = new Map<string, Set<string>>()

  return {
    get: (id) => entries.get(id),
    ofPath: (path) => [...(byPath.get(path) ?? [])].flatMap((id) => entries.get(id) ?? []),
    put(facts, more) {
      const { queuedIn = 0, run } = entries.get(facts.id) ?? {}
      entries.set(facts.id, { queuedIn, run, ...facts, ...more })
      byPath.set(facts.path.path, (byPath.get(facts.path.path) ?? new Set()).add(facts.id))
    },
    keepOnNodes(ids) {
      for (const entry of entries.values())
        if (entry.node !== undefined && !ids.has(entry.id)) entries.set(entry.id, { ...entry, node: undefined })
    },
    forget(before) {
      for (const [id, { seenAt, path }] of entries) {
        if (seenAt >= before) continue
        entries.delete(id)
        const ids = byPath.get(path.path)
        ids?.delete(id)
        if (ids?.size === 0) byPath.delete(path.path)
      }
    },
  }
}
