import type { Resources } from '../resources.ts'

/** How to reach a machine's engine. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsMaterial }
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
  readonly state: 'creating' | 'running' | 'stopped' | 'deleting'
  readonly size: Resources
  readonly endpoint?: Endpoint
}

/**
 * Makes, lists and deletes machines. `list` returns only our owner's. Failures: InsufficientCapacity, QuotaExceeded,
 * Throttled, Unauthorized, NotFound, Transient.
 */
export interface MachineProvider {
  readonly kind: 'static' | 'docker' | 'azure'
  /**
   * `given`: machines exist without us and listing one is enough to use it.
   * `elastic`: machines are ours to make and to delete; one without a record is an orphan.
   */
  readonly supply: 'given' | 'elastic'
  /** The fleet's machines. A `given` machine that can't be measured yet is left out, and named in `unreachable`. */
  list(fleet: string): Promise<ProviderListing>
}

export interface ProviderListing {
  readonly began: number
  readonly machines: readonly ProviderMachine[]
  readonly unreachable: readonly { readonly name: string; readonly error: string }[]
}
