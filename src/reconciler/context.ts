import type { Archive } from '../domain/ports/archive.ts'
import type { Change } from '../domain/ports/store.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { BudgetStatus } from '../domain/costs/budget.ts'
import type { CostSettings } from '../domain/costs/settings.ts'
import type { Fleet } from '../domain/fleet.ts'
import type { JournalEntry } from '../domain/journal.ts'
import type { Ledger } from '../domain/ports/ledger.ts'
import type { Logger } from '../domain/ports/logger.ts'
import type { ScopeStatus } from '../domain/plan.ts'
import type { Nanos } from '../domain/money.ts'
import type { Offer } from '../domain/offer.ts'
import type { Pool } from '../domain/pool.ts'
import type { MachineProvider } from '../domain/ports/provider.ts'
import type { Runtimes } from '../domain/ports/runtime.ts'
import type { JobSource } from '../domain/ports/source.ts'
import type { Store } from '../domain/ports/store.ts'
import type { Backoffs } from './backoffs.ts'
import { createMetering, type Metering } from './metering/metering.ts'
import { createSightings, type Sightings } from './machines/sightings.ts'
import type { State } from './state.ts'

/** What the configuration says now; replaced as a whole on a reload. */
export interface Wanted {
  readonly pools: readonly Pool[]
  readonly fleets: readonly Fleet[]
  readonly sources: ReadonlyMap<string, JobSource>
  /** By fleet name. */
  readonly providers: ReadonlyMap<string, MachineProvider>
  readonly costs: CostSettings
  /** Absent: only the tails of agents' logs are kept, in the store. */
  readonly archive?: ArchivePolicy
}

export interface ArchivePolicy {
  readonly archive: Archive
  /** Logs are removed once the whole day of their end is older. */
  readonly retentionMs: number
  /** Of one log; the middle of a longer one is left out. */
  readonly maxLogBytes: number
  /** How long a container may wait for an archive that does not take its log. */
  readonly patienceMs: number
}

/** What every verb of the loop is handed. */
export interface Context {
  readonly owner: string
  readonly store: Store
  readonly state: State
  readonly clock: Clock
  readonly logger: Logger
  readonly runtimes: Runtimes
  readonly backoffs: Backoffs
  readonly ledger: Ledger
  /** Fresh ids of agents, containers and machines: random, or of a seed where histories must repeat. */
  readonly newId: () => string
  readonly wanted: () => Wanted
  /** What is known of the outside and not worth storing. */
  readonly known: Known
}

/** Learnt anew after each start. */
export interface Known {
  /** `machine/image` pairs that are there. */
  readonly images: Set<string>
  /** Progress of fetches under way. */
  readonly pulls: Map<string, string>
  /** By `source/scope`. */
  readonly scopes: Map<string, ScopeStatus>
  /** Our wall time when the newest good look at each machine's engine began. */
  readonly lookedAt: Map<string, number>
  /** The same of each scope's registrations, by `source/scope`. */
  readonly registrationsAt: Map<string, number>
  /** Since when an agent's container has shown no job, by agent. */
  readonly quietSince: Map<string, number>
  /** Our wall time of the oldest knowledge of a scope's queue, by `source/scope`. */
  readonly staleSince: Map<string, number>
  /** What each elastic fleet can be asked for, by fleet. */
  readonly offers: Map<string, readonly Offer[]>
  /** What machines that are gone have cost since midnight UTC, by fleet. */
  readonly spentToday: Map<string, Nanos>
  /** The midnight that `spentToday` counts from. */
  spentDay: number | undefined
  /** When machines were begun within the last hour, by fleet. */
  readonly begun: Map<string, readonly number[]>
  /** From accepted to ready, in milliseconds, by fleet. */
  readonly bootMs: Map<string, number>
  /** Durations of the last jobs of a kind, ascending, by `historyKey`. */
  readonly durations: Map<string, readonly number[]>
  /** What jobs have cost against each budget. */
  budgets: readonly BudgetStatus[]
  /** What was seen of machines that we make. */
  readonly sightings: Sightings
  readonly metering: Metering
  /** The waiting reasons as last stored; undefined before the first time. */
  storedWaits: string | undefined
  draining: boolean
  /** Since when (monotonic) the archive has taken no log, though it was asked; undefined while it works. */
  archiveFailingSince: number | undefined
  /** Logs that are being put into it. */
  archivePuts: number
  /** How far the wall clock has jumped since the start, all jumps together. */
  jumpedMs: number
}

export function createKnown(): Known {
  return {
    images: new Set(),
    pulls: new Map(),
    scopes: new Map(),
    lookedAt: new Map(),
    registrationsAt: new Map(),
    quietSince: new Map(),
    staleSince: new Map(),
    offers: new Map(),
    spentToday: new Map(),
    spentDay: undefined,
    begun: new Map(),
    bootMs: new Map(),
    durations: new Map(),
    budgets: [],
    sightings: createSightings(),
    metering: createMetering(),
    storedWaits: undefined,
    draining: false,
    archiveFailingSince: undefined,
    archivePuts: 0,
    jumpedMs: 0,
  }
}

export function poolOf(context: Context, name: string): Pool | undefined {
  return context.wanted().pools.find((pool) => pool.name === name)
}

/**
 * When something began that was under way as the wall clock was set back: what reads as the future must not outlast
 * what is newer.
 */
export function notAhead(context: Context, began: number): number {
  return Math.min(began, context.clock.wall())
}

export function journal(
  context: Context,
  kind: string,
  subject: string,
  reason: string,
  outcome: JournalEntry['outcome'],
  by = 'slipway',
): Change {
  return { kind: 'journal', entry: { at: context.clock.wall(), kind, subject, reason, outcome, by } }
}
