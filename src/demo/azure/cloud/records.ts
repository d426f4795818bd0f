import type { Failure } from '../arm/answer.ts'
import type { Backing, ScheduledEvents } from './vms/backing.ts'
import type { Size } from './sizes.ts'
import type { VmBody } from './vms/body.ts'

export type PowerState = 'starting' | 'running' | 'deallocating' | 'deallocated'
export type ProvisioningState = 'Creating' | 'Updating' | 'Succeeded' | 'Failed' | 'Deleting'

export interface Vm {
  readonly id: string
  readonly vmId: string
  readonly name: string
  readonly resourceGroup: string
  readonly location: string
  readonly body: VmBody
  tags: Readonly<Record<string, string>>
  readonly size: Size
  readonly zone?: string
  readonly spot: boolean
  readonly createdAt: number
  provisioning: ProvisioningState
  power?: PowerState
  hibernated: boolean
  failure?: Failure
  /** Ids of its parts. */
  readonly nics: readonly string[]
  readonly disk: string
  backing?: Backing
  events: ScheduledEvents
  readonly extensions: Map<string, object>
}

/** A network interface, disk or public address: a resource of its own, which may outlive its VM. */
export interface Part {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly resourceGroup: string
  readonly location: string
  readonly tags: Readonly<Record<string, string>>
  /** What it was made with; still there or not. */
  readonly madeWith: { readonly id: string; readonly tags: Readonly<Record<string, string>> }
  /** What it hangs on now: a VM, or an interface for an address. */
  attachedTo?: string
  /** Goes with what it hangs on. */
  readonly goesAlong: boolean
  /** Everything else that its resource shows. */
  properties: Readonly<Record<string, unknown>>
  readonly zones?: readonly string[]
  readonly sku?: { readonly name: string }
}

/** Work that goes on after its request was answered. */
export interface Work {
  readonly id: string
  readonly verb: string
  /** Id of the VM that it is done to. */
  readonly target: string
  readonly startedAt: number
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled'
  endedAt?: number
  error?: Failure
}
