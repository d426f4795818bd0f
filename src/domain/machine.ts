import type { PriceInterval } from './money.ts'
import type { Resources } from './resources.ts'

/** See docs/state-machine.md. `draining` is a cordoned machine that still has agents, not a state. */
export type MachineState =
  | 'requested'
  | 'creating'
  | 'booting'
  | 'ready'
  | 'unreachable'
  | 'stopping'
  | 'stopped'
  | 'starting'
  | 'deleting'
  | 'gone'
  | 'failed'

export interface Cordon {
  readonly reason: string
  /** `rule` or the name of the token that asked for it. */
  readonly by: string
  readonly at: number
}

/** Whether a probe container found the addresses of rule 11 out of reach. */
export type IsolationProof = 'unknown' | 'verified' | 'unverified'

/** One VM, or a host given by hand, that runs containers. `key` is its name: `[a-z0-9-]`, at most 15 characters. */
export interface Machine {
  readonly key: string
  readonly version: number
  readonly epoch: number
  readonly state: MachineState
  readonly fleet: string
  /** All that the machine has; packing uses allocatable. */
  readonly size: Resources
  readonly allocatable: Resources
  readonly isolation: IsolationProof
  readonly isolationDetail?: string
  readonly cordon?: Cordon
  readonly createdAt: number
  /** Our wall time of the last change of state. */
  readonly stateAt: number
  /** Our wall time of the newest successful look at its engine, as of the last change of this record. */
  readonly seenAt: number
  /** Why it is in its state, in words. */
  readonly detail?: string
  /** Agents that it has had. */
  readonly agentsHad: number
  /** Since when it is ready and nothing of ours has been on it, as of the last change of this record. */
  readonly emptySince?: number
  /** How it was made; absent for one given by hand. */
  readonly made?: Making
  /** Of one given by hand: the prices in force, oldest first, from when the first was stated. Without, it costs nothing. */
  readonly prices?: readonly PriceInterval[]
}

/** What is known of a machine that we made. */
export interface Making {
  /** Key of the offer. */
  readonly offer: string
  readonly sizeName: string
  readonly location?: string
  readonly spot: boolean
  /** The fleet's template when it was made. */
  readonly template: string
  /** Why it was wanted. */
  readonly reason: string
  /** What the provider calls the work that is under way on it; handed back to `poll`, also after a restart. */
  readonly operation?: string
  /** Our wall time when its provider accepted to make it: from here on it costs. */
  readonly acceptedAt?: number
  /** When it was first ready, and when it was gone. */
  readonly readyAt?: number
  readonly goneAt?: number
  /** The prices in force, oldest first, from `acceptedAt` on. */
  readonly prices: readonly PriceInterval[]
  /** Its provider has announced to take it back, or did. */
  readonly eviction?: { readonly noticedAt: number; readonly notBefore?: number; readonly detail: string }
  /** Why it is being deleted or has failed. */
  readonly endReason?: string
  /** Whether it ended by a fault: then `deleting` leads to `failed`. */
  readonly failed?: boolean
}

export function isLiveMachine(machine: Machine): boolean {
  return machine.state !== 'gone' && machine.state !== 'failed'
}
