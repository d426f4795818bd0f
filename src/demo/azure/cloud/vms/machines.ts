import type { Fault } from '../../arm/faults.ts'
import type { Vm } from '../records.ts'
import { createBackings, type Backings } from './backings.ts'
import { createMaker } from './make.ts'
import { createPower } from './power.ts'
import type { Machines, MachinesDependencies } from './verbs.ts'

export function createMachines(dependencies: MachinesDependencies): Machines {
  const { clock, names, estate, works, quotas, timing, onVm, changed } = dependencies
  const backings = createBackings(estate, onVm)
  const maker = createMaker(estate, names, () => clock.wall())
  const power = createPower({ ...dependencies, backings })

  function takeAway(vm: Vm, forgets = false): void {
    works.gone(vm.id)
    backings.remove(vm)
    estate.removeVm(vm, forgets)
    changed()
  }

  return {
    ...power,
    create(resourceGroup, name, order, fault) {
      quotas.admit(order.size, order.spot)
      const vm = maker.make(resourceGroup, name, order)
      const work = works.begin({
        verb: 'create',
        target: vm.id,
        ms: timing.create,
        fault,
        after: bootUnless(fault, backings, vm, order.customData),
        done() {
          vm.provisioning = 'Succeeded'
          vm.power = 'running'
        },
        failed(failure) {
          vm.provisioning = 'Failed'
          vm.failure = failure
        },
      })
      return { vm, work }
    },
    remove(vm, fault) {
      works.preempt(vm.id)
      vm.provisioning = 'Deleting'
      const failed = (): void => void (vm.provisioning = 'Failed')
      const order = { verb: 'delete', target: vm.id, ms: timing.delete, fault, failed }
      return works.begin({ ...order, done: () => takeAway(vm, fault?.forgets) })
    },
    vanish: (vm) => takeAway(vm),
    close: () => backings.close(),
  }
}

function bootUnless(
  fault: Fault | undefined,
  backings: Backings,
  vm: Vm,
  customData: string,
): Promise<void> | undefined {
  return fault?.fails || fault?.hangs ? undefined : backings.boot(vm, customData, false)
}
