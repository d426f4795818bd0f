import type { AzureStandInOptions } from '../../options.ts'
import type { Estate } from '../estate.ts'
import { readdress } from './parts.ts'
import type { Vm } from '../records.ts'

/** What is real behind VMs, if anything is. */
export interface Backings {
  /** Resolves once it runs; undefined where nothing stands behind VMs. */
  boot(vm: Vm, customData: string, again: boolean): Promise<void> | undefined
  stop(vm: Vm): void
  remove(vm: Vm): void
  /** Lets go of all of them; resolves when that is done. */
  close(): Promise<void>
}

export function createBackings(estate: Estate, onVm: AzureStandInOptions['onVm']): Backings {
  const underWay = new Set<Promise<void>>()

  function follow(work: Promise<void>): void {
    const done = work.finally(() => underWay.delete(done))
    underWay.add(done)
  }

  function remove({ backing }: Vm): void {
    if (backing) follow(backing.remove())
  }

  return {
    boot(vm, customData, again) {
      return onVm?.({ vm, customData, again }).then((backing) => {
        // The VM may have gone meanwhile.
        if (estate.vms.get(vm.id) !== vm) return follow(backing.remove())
        vm.backing = backing
        const [nic] = vm.nics.map((id) => estate.parts.get(id))
        if (nic && backing.address !== undefined) readdress(nic, backing.address)
      })
    },
    stop({ backing }) {
      if (backing) follow(backing.stop())
    },
    remove,
    async close() {
      for (const vm of estate.vms.all()) remove(vm)
      await Promise.allSettled(underWay)
    },
  }
}
