import { Refusal } from '../../arm/answer.ts'
import type { Vm } from '../records.ts'
import type { Backings } from './backings.ts'
import type { Machines, MachinesDependencies } from './verbs.ts'

/** Stopping VMs so that they cost no processors, and starting them again. */
export function createPower({
  works,
  quotas,
  timing,
  changed,
  backings,
}: MachinesDependencies & { readonly backings: Backings }): Pick<Machines, 'stop' | 'start' | 'deallocate'> {
  function off(vm: Vm, hibernated: boolean): void {
    vm.power = 'deallocated'
    vm.hibernated = hibernated
    vm.provisioning = 'Succeeded'
    backings.stop(vm)
  }

  return {
    stop(vm, hibernate, fault) {
      demandStoppable(vm, hibernate)
      vm.power = 'deallocating'
      vm.provisioning = 'Updating'
      const failed = (): void => void (vm.power = 'running')
      const order = { verb: 'deallocate', target: vm.id, ms: timing.stop, fault, failed }
      return works.begin({ ...order, done: () => off(vm, hibernate) })
    },
    start(vm, fault) {
      if (vm.power === 'deallocated') quotas.admit(vm.size, vm.spot)
      const wasOff = vm.power !== 'running'
      vm.power = wasOff ? 'starting' : 'running'
      vm.provisioning = 'Updating'
      return works.begin({
        verb: 'start',
        target: vm.id,
        ms: timing.start,
        fault,
        after: wasOff && !fault?.fails && !fault?.hangs ? backings.boot(vm, '', true) : undefined,
        done() {
          vm.power = 'running'
          vm.hibernated = false
          vm.provisioning = 'Succeeded'
        },
        failed(failure) {
          vm.power = 'deallocated'
          vm.provisioning = 'Failed'
          vm.failure = failure
        },
      })
    },
    deallocate(vm) {
      works.preempt(vm.id)
      off(vm, false)
      changed()
    },
  }
}

function demandStoppable(vm: Vm, hibernate: boolean): void {
  const { storageProfile, additionalCapabilities } = vm.body.properties ?? {}
  if (storageProfile?.osDisk?.diffDiskSettings) {
    throw notAllowed(`Operation 'deallocate' is not supported for VM '${vm.name}' with an ephemeral OS disk.`)
  }
  if (hibernate && !additionalCapabilities?.hibernationEnabled) {
    throw notAllowed(`VM '${vm.name}' does not have hibernation enabled.`)
  }
}

function notAllowed(message: string): Refusal {
  return new Refusal(409, 'OperationNotAllowed', message)
}
