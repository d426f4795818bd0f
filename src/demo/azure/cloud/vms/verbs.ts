import type { Clock } from '../../../../domain/ports/clock.ts'
import type { Fault } from '../../arm/faults.ts'
import type { AzureStandInOptions, Timing } from '../../options.ts'
import type { Estate } from '../estate.ts'
import type { Names } from '../names.ts'
import type { QuotaBook } from '../quotas.ts'
import type { Vm, Work } from '../records.ts'
import type { VmOrder } from './order.ts'
import type { Works } from './works.ts'

export interface MachinesDependencies {
  readonly clock: Clock
  readonly names: Names
  readonly estate: Estate
  readonly works: Works
  readonly quotas: QuotaBook
  readonly timing: Timing
  readonly onVm: AzureStandInOptions['onVm']
  readonly changed: () => void
}

/** The lives of VMs. Each verb answers with the work that it began. */
export interface Machines {
  create(resourceGroup: string, name: string, order: VmOrder, fault?: Fault): { readonly vm: Vm; readonly work: Work }
  remove(vm: Vm, fault?: Fault): Work
  stop(vm: Vm, hibernate: boolean, fault?: Fault): Work
  start(vm: Vm, fault?: Fault): Work
  /** Gone at once, by nobody's wish; its parts go as they would with a delete. */
  vanish(vm: Vm): void
  /** Off at once, as when the platform takes a VM that is to be kept. */
  deallocate(vm: Vm): void
  /** Resolves when everything that was backed is let go. */
  close(): Promise<void>
}
