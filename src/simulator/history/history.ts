import type { Fleet } from '../../domain/fleet.ts'
import type { Offer } from '../../domain/offer.ts'
import type { Pool } from '../../domain/pool.ts'
import type { ScopeWidth } from '../../domain/ports/source.ts'
import type { Resources } from '../../domain/resources.ts'
import type { Intervals } from '../../reconciler/reconciler.ts'
import type { Spell } from '../ports/trouble.ts'
import type { JobFacts } from '../world/ci-job.ts'
import type { MailTrouble } from '../world/mail.ts'
import type { CloudChances, CloudModel } from '../world/cloud/vm.ts'

/** What Slipway is configured with, and what the world around it is like. */
export interface Setup {
  readonly pools: readonly Pool[]
  readonly fleets: readonly Fleet[]
  /** Machines given by hand. */
  readonly hosts: ReadonlyMap<string, { readonly fleet: string; readonly size: Resources }>
  readonly offers: ReadonlyMap<string, readonly Offer[]>
  readonly scopes: ReadonlyMap<string, ScopeWidth>
  readonly model: CloudModel
  /** Whether machines can be stopped and kept. */
  readonly canRest: boolean
  readonly intervals: Intervals
}

/** Something that happens in the world at a moment, whatever Slipway does. */
export type Happening =
  | { readonly do: 'submit'; readonly job: JobFacts; readonly waiting: boolean }
  | { readonly do: 'approve' | 'cancel'; readonly which: number }
  /** An agent that is not ours takes a queued job. */
  | { readonly do: 'steal'; readonly which: number; readonly ms: number }
  /** Calls go wrong for a while. */
  | { readonly do: 'spell'; readonly spell: Omit<Spell, 'until'>; readonly ms: number }
  | { readonly do: 'mail'; readonly trouble: MailTrouble; readonly ms: number }
  /** Ends of containers go unheard for a while. */
  | { readonly do: 'deafness'; readonly ms: number }
  | { readonly do: 'cloud'; readonly trouble: Partial<CloudChances>; readonly ms: number }
  | { readonly do: 'refuse'; readonly offer: string; readonly why: 'capacity' | 'quota'; readonly ms: number }
  | MachineFault
  | { readonly do: 'kill'; readonly which: number }
  /** Slipway is killed at the n-th step of its effects from now on, and comes back after a while. */
  | { readonly do: 'crash'; readonly steps: number; readonly downMs: number }
  | { readonly do: 'jump'; readonly ms: number }
  /** People change what machines of all fleets are made from, and have the configuration read again. */
  | { readonly do: 'template'; readonly template: string }
  /** People take a machine out of use for a while, or have it deleted. */
  | { readonly do: 'drain'; readonly which: number; readonly ms: number }
  | { readonly do: 'delete'; readonly which: number; readonly force: boolean }
  /** Something of ours turns up that no record knows, as if a store had been lost. */
  | { readonly do: 'orphan'; readonly what: 'machine' | 'container' | 'registration'; readonly key: string }
  /** The store takes nothing for a while. */
  | { readonly do: 'full'; readonly ms: number }

export type MachineFault =
  /** It can't be reached for a while; what runs on it runs on. */
  | { readonly do: 'partition'; readonly which: number; readonly ms: number }
  | { readonly do: 'reboot' | 'die' | 'evict' | 'vanish' | 'halt'; readonly which: number }

export interface Moment {
  /** Milliseconds since the beginning. */
  readonly at: number
  readonly what: Happening
}

/** Everything that a simulation needs: the same history always takes the same course. */
export interface History {
  readonly seed: number
  readonly setup: Setup
  readonly moments: readonly Moment[]
  /** When faults end: from here on the world is kind, and what is left must be worked off. */
  readonly faultsUntil: number
}
