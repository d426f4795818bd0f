import type { JournalEntry } from '../../domain/journal.ts'
import type { RecordTable } from '../../domain/ports/store.ts'
import type { Ledger } from './ledger.ts'

export interface RecordRow {
  readonly version: number
  readonly state: string
  readonly overAt: number | null
  /** The record as JSON. */
  readonly body: string
}

/** All that the memory store holds. */
export interface Tables extends Record<RecordTable, Map<string, RecordRow>> {
  /** Source → delivery → when. */
  readonly delivery: Map<string, Map<string, number>>
  /** In the order of arrival. */
  journal: JournalEntry[]
  readonly tail: Map<string, { readonly text: string; readonly at: number }>
  readonly setting: Map<string, string>
  readonly token: Map<string, string>
  readonly ledger: Ledger
  /** The wait groups as JSON. */
  waits: string
}

export function emptyTables(): Tables {
  return {
    job: new Map(),
    agent: new Map(),
    registration: new Map(),
    container: new Map(),
    machine: new Map(),
    delivery: new Map(),
    journal: [],
    tail: new Map(),
    setting: new Map(),
    token: new Map(),
    ledger: { charges: new Map(), counts: new Map(), runs: new Map(), meters: new Map() },
    waits: '[]',
  }
}
