import type { Money } from '../money.ts'
import type { Offer } from '../offer.ts'
import type { Resources } from '../resources.ts'
import type { DoctorFinding } from './doctor.ts'

/** How to reach a machine's engine. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp'
      readonly host: string
      readonly port: number
      readonly tls?: TlsMaterial
      readonly serverName?: string
    }
  | {
      readonly kind: 'ssh'
      readonly host: string
      readonly port: number
      readonly username: string
      readonly privateKey: string
      /** `SHA256:…` of the host's public key, as `ssh-keygen -lf` prints it. The connection fails on any other. */
      readonly hostKey: string
    }

export interface TlsMaterial {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** A machine as its provider sees it. */
export interface ProviderMachine {
  readonly name: string
  readonly fleet: string
  /** `failed`: its provider gave up on it, or took it back; it is ours to delete. */
  readonly state: 'creating' | 'running' | 'stopped' | 'deleting' | 'failed'
  readonly size: Resources
  /** Why it failed, in the provider's words. */
  readonly detail?: string
  readonly endpoint?: Endpoint
  /** Of one given by hand: what an hour of it costs, if that is stated. */
  readonly price?: Money
}

/**
 * Lists machines, and makes and deletes them where it is elastic. `list` returns only our owner's. Failures:
 * InsufficientCapacity, QuotaExceeded, Throttled, Unauthorized, NotFound, Refused, Transient.
 */
export interface MachineProvider {
  readonly kind: 'static' | 'docker' | 'azure'
  /** The fleet's machines. A given machine that can't be measured yet is left out, and named in `unreachable`. */
  list(fleet: string): Promise<ProviderListing>
  /**
   * Present where machines are ours to make and to delete: then one without a record is an orphan. Absent where they
   * exist without us, and listing one is enough to use it.
   */
  readonly elastic?: ElasticProvider
}

export interface ProviderListing {
  readonly began: number
  readonly machines: readonly ProviderMachine[]
  readonly unreachable: readonly { readonly name: string; readonly error: string }[]
}

/** All that makes a machine. The same name again is the same machine: nothing is made twice. */
export interface MachineOrder {
  readonly name: string
  readonly fleet: string
  readonly offer: Offer
}

/**
 * Work that the provider does: its own text, which outlives our process. Done when `poll` says so; undefined: done at
 * once.
 */
export type Operation = string | undefined

/** Every call answers as soon as the provider has accepted the work, and has its own deadline. */
export interface ElasticProvider {
  /** Sizes, zones and kinds of the fleet that can be asked for, in its order of preference, with their prices. */
  offers(fleet: string): Promise<readonly Offer[]>
  /** Idempotent by name: one that is there already, or being made, is left as it is. */
  create(order: MachineOrder): Promise<Operation>
  /** Complete: with its network interface, disks and addresses. Idempotent: what is not there is done. */
  delete(fleet: string, name: string): Promise<Operation>
  /** Absent where machines can't be stopped and kept. */
  readonly rest?: {
    stop(fleet: string, name: string): Promise<Operation>
    start(fleet: string, name: string): Promise<Operation>
  }
  /** Rejects with why the work failed, as the call that began it would have. */
  poll(fleet: string, operation: string): Promise<'pending' | 'done'>
  /** Permissions, quotas, network, image: what works, and how to mend what does not. */
  examine(fleet: string): Promise<readonly DoctorFinding[]>
}
