import type { Agent, Container } from './agent.ts'
import type { BudgetStatus } from './costs/budget.ts'
import type { Fleet } from './fleet.ts'
import type { Job } from './jobs/job.ts'
import type { Machine } from './machine.ts'
import type { Nanos } from './money.ts'
import type { Offer } from './offer.ts'
import type { Pool } from './pool.ts'
import type { Requirement } from './jobs/requirement.ts'
import type { Scope, ScopeWidth } from './ports/source.ts'

/** What is in trouble, and until when nothing new is tried on it. Targets: `pool:NAME`, `machine:KEY`, `scope:S/N`, `image:MACHINE/IMAGE`, `fleet:NAME`, `offer:FLEET/KEY`. */
export interface Backoff {
  readonly target: string
  readonly failures: number
  readonly until: number
  readonly error: string
}

export interface ScopeStatus extends Scope {
  readonly binding: 'free' | 'fixed'
  /** Its agents don't end by themselves, and are dismissed once their job is over. */
  readonly agentsStay?: boolean
  /** As last read; undefined until the source has answered once. */
  readonly width?: ScopeWidth
  /** Why the width is not known. */
  readonly problem?: string
}

/** Everything a decision may look at. The planner reads nothing else. */
export interface Snapshot {
  readonly jobs: ReadonlyMap<string, Job>
  readonly agents: Iterable<Agent>
  readonly containers: Iterable<Container>
  readonly machines: Iterable<Machine>
  readonly pools: readonly Pool[]
  readonly fleets: readonly Fleet[]
  readonly scopes: readonly ScopeStatus[]
  readonly backoffs: readonly Backoff[]
  /** The service is leaving: nothing new is begun, idle agents are dismissed. */
  readonly draining: boolean
  /** Images known to be on a machine, as `machine/image`. */
  readonly images: ReadonlySet<string>
  /** Fetches under way, by `machine/image`, with their progress in words. */
  readonly pulls: ReadonlyMap<string, string>
  /** When the newest good look began, by machine and by `source/scope`: a deadline acts only on one newer than it. */
  readonly looks: {
    readonly machines: ReadonlyMap<string, number>
    readonly registrations: ReadonlyMap<string, number>
  }
  /** What each elastic fleet can be asked for, by fleet; absent until its provider has answered once. */
  readonly offers: ReadonlyMap<string, readonly Offer[]>
  /** What machines that are gone have cost since midnight UTC, by fleet. */
  readonly spentToday: ReadonlyMap<string, Nanos>
  /** When machines were begun within the last hour, by fleet; those that are gone count too. */
  readonly begun: ReadonlyMap<string, readonly number[]>
  /** How long machines of the fleet take from accepted to ready, in milliseconds, as last seen. */
  readonly bootMs: ReadonlyMap<string, number>
  /** Durations of the last jobs of the same kind in milliseconds, ascending, by `historyKey`. */
  readonly durations: ReadonlyMap<string, readonly number[]>
  /** What jobs have cost against each budget, as of the last minute. */
  readonly budgets: readonly BudgetStatus[]
}

/** One thing to do, with its reason in words. */
export type Action =
  | {
      readonly kind: 'start-agent'
      readonly pool: string
      readonly source: string
      readonly scope: string
      readonly machine: string
      /** A standby container to take over. */
      readonly standby?: string
      /** `fixed` binding: the job that it is for. */
      readonly job?: string
      readonly reason: string
    }
  | { readonly kind: 'prepare-standby'; readonly pool: string; readonly machine: string; readonly reason: string }
  | { readonly kind: 'remove-standby'; readonly container: string; readonly reason: string }
  | { readonly kind: 'dismiss-agent'; readonly agent: string; readonly reason: string }
  /** The user's own word: a job timeout or a cancelled `fixed` job. Ends a running agent. */
  | {
      readonly kind: 'end-agent'
      readonly agent: string
      readonly exit: 'timed-out' | 'cancelled'
      readonly reason: string
    }
  | { readonly kind: 'inspect-job'; readonly job: string; readonly reason: string }
  | { readonly kind: 'create-machine'; readonly fleet: string; readonly offer: Offer; readonly reason: string }
  /** One that was stopped and kept. */
  | { readonly kind: 'start-machine'; readonly machine: string; readonly reason: string }
  | { readonly kind: 'stop-machine'; readonly machine: string; readonly reason: string }
  | { readonly kind: 'cordon-machine'; readonly machine: string; readonly reason: string }
  /** Takes back a cordon that a rule has set. */
  | { readonly kind: 'uncordon-machine'; readonly machine: string; readonly reason: string }
  /** `failed`: by a fault, not because nobody needs it. */
  | { readonly kind: 'delete-machine'; readonly machine: string; readonly failed: boolean; readonly reason: string }
  | { readonly kind: 'pull-image'; readonly machine: string; readonly image: string; readonly reason: string }

export type WaitCode =
  | 'held-by-source'
  | 'unserved'
  | 'refused-origin'
  | 'reading-origin'
  | 'scope-unusable'
  | 'pool-broken'
  | 'pool-limit'
  | 'scope-limit'
  | 'repository-limit'
  | 'budget'
  | 'no-machine'
  | 'machine-full'
  | 'machine-coming'
  | 'room-soon'
  | 'machine-limit'
  | 'money-limit'
  | 'price-missing'
  | 'pulling-image'
  | 'backing-off'
  | 'starting'
  | 'too-large'

/**
 * Why some jobs have not begun. Jobs of one source, scope, repository-independent requirement and reason are one
 * group; `count` of the jobs that share source, scope and requirement are in it.
 */
export interface WaitGroup {
  readonly source: string
  readonly scope: string
  readonly requirement: Requirement
  readonly code: WaitCode
  readonly pool?: string
  readonly count: number
  /** In words, naming the limit, pool, machine or error. */
  readonly reason: string
  /** What will happen next, and about when if that can be said. */
  readonly next: string
  readonly etaMs?: number
}

export interface Plan {
  readonly actions: readonly Action[]
  readonly waits: readonly WaitGroup[]
}
