import type { Exchange } from './arm/exchange.ts'
import type { Application, Assignment } from './arm/credentials.ts'
import type { Fault } from './arm/faults.ts'
import type { Places } from './cloud/places.ts'
import type { Part, Vm, Work } from './cloud/records.ts'

/** A running stand-in, as its owner steers and reads it. */
export interface AzureStandIn extends AsyncDisposable {
  /** Of Resource Manager, of the token endpoint (`authorityHost`) and of the price list, all in one. */
  readonly url: string
  /** Certificate of the authority that vouches for the server, PEM. */
  readonly ca: string
  readonly subscriptionId: string
  /** What a client secret credential needs. */
  readonly application: Application
  /** Network, images and identity that machines may use. */
  readonly places: Places

  /** A token that is good now. */
  token(): string
  /** Machines that exist, in the order of their making. */
  vms(): readonly Vm[]
  /** Interfaces, disks and addresses that exist. */
  parts(): readonly Part[]
  /** Parts that outlived a machine of which any tag names the owner. */
  leaks(owner: string): readonly Part[]
  /** Work that was begun, done or not. */
  works(): readonly Work[]
  /** Every request so far, with its answer. */
  exchanges(): readonly Exchange[]
  /** Resolves when no work is under way; hanging work never ends. */
  settled(): Promise<void>
  /** Resolves once it holds; asked again after every request and every piece of work. */
  until(holds: () => boolean): Promise<void>

  /** Makes the next calls of an operation fail; the result ends it early. */
  inject(fault: Fault): () => void
  setQuota(name: string, limit: number): void
  /** What the caller may do from now on; an action by itself holds everywhere. */
  allow(given: readonly (string | Assignment)[]): void
  /** Takes a Spot machine back after notice. Throws if there is none of that name. */
  evict(vm: string, noticeMs?: number): void
  /** The machine is gone at once, by nobody's wish. */
  vanish(vm: string): void
  /** Ends everything at once: timers, connections, what was backed. May be called twice. */
  close(): Promise<void>
}
