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
  /** Our wall time of the newest successful look at its engine, as of the last change of this record. */
  readonly seenAt: number
  /** Why it is in its state, in words. */
  readonly detail?: string
}

export function isLiveMachine(machine: Machine): boolean {
  return machine.state !== 'gone' && machine.state !== 'failed'
}
