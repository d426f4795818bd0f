import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../domain/ports/clock.ts'
import { Refusal } from '../arm/answer.ts'
import type { Fault } from '../arm/faults.ts'
import type { AzureStandInOptions, Timing } from '../options.ts'
import type { Backing } from './backing.ts'
import type { Estate } from './estate.ts'
import { nicType, vmType, type Names } from './names.ts'
import type { QuotaBook } from './quotas.ts'
import type { Vm, Work } from './records.ts'
import type { VmOrder } from './vm-order.ts'
import { makeParts, readdress } from './vm-parts.ts'
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
  /** Off at once, as when its guest was shut down by the platform. */
  deallocate(vm: Vm): void
  /** Resolves when everything that was backed is let go. */
  close(): Promise<void>
}

export function createMachines(dependencies: MachinesDependencies): Machines {
  const { clock, names, estate, works, quotas, timing, onVm, changed } = dependencies
  const letting = new Set<Promise<void>>()
  let made = 0

  function nextAddress(): string {
    made += 1
    return `10.20.${Math.floor(made / 250)}.${4 + (made % 250)}`
  }

  function boot(vm: Vm, customData: string, again: boolean): Promise<void> | undefined {
    return onVm?.({ vm, customData, again }).then((backing) => {
      if (estate.vms.get(vm.id) !== vm) return letGo(backing)
      vm.backing = backing
      const [nic] = vm.nics.map((id) => estate.parts.get(id))
      if (nic && backing.address !== undefined) readdress(nic, backing.address)
    })
  }

  function letGo(backing: Backing | undefined): void {
    if (!backing) return
    const done = backing.remove().finally(() => letting.delete(done))
    letting.add(done)
  }

  function takeAway(vm: Vm, forgets = false): void {
    works.gone(vm.id)
    letGo(vm.backing)
    estate.removeVm(vm, forgets)
    changed()
  }

  function poweredOff(vm: Vm, hibernate: boolean): void {
    vm.power = 'deallocated'
    vm.hibernated = hibernate
    vm.provisioning = 'Succeeded'
    if (!vm.backing) return
    const done = vm.backing.stop().finally(() => letting.delete(done))
    letting.add(done)
  }

  return {
    create(resourceGroup, name, order, fault) {
      quotas.admit(order.size, order.spot)
      const vm = makeVm(resourceGroup, name, order)
      const work = works.begin({
        verb: 'create',
        target: vm.id,
        ms: timing.create,
        fault,
        after: (fault?.fails ?? fault?.hangs) ? undefined : boot(vm, order.customData, false),
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
      const recover = (): void => void (vm.provisioning = 'Failed')
      const order = { verb: 'delete', target: vm.id, ms: timing.delete, fault, failed: recover }
      return works.begin({ ...order, done: () => takeAway(vm, fault?.forgets) })
    },
    stop(vm, hibernate, fault) {
      if (vm.body.properties?.storageProfile?.osDisk?.diffDiskSettings) {
        throw notAllowed(`Operation 'deallocate' is not supported for VM '${vm.name}' with an ephemeral OS disk.`)
      }
      if (hibernate && !vm.body.properties?.additionalCapabilities?.hibernationEnabled) {
        throw notAllowed(`VM '${vm.name}' does not have hibernation enabled.`)
      }
      vm.power = 'deallocating'
      vm.provisioning = 'Updating'
      const failed = (): void => void (vm.power = 'running')
      const order = { verb: 'deallocate', target: vm.id, ms: timing.stop, fault, failed }
      return works.begin({ ...order, done: () => poweredOff(vm, hibernate) })
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
        after: wasOff && !fault?.fails && !fault?.hangs ? boot(vm, '', true) : undefined,
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
    vanish: (vm) => takeAway(vm),
    deallocate(vm) {
      works.preempt(vm.id)
      poweredOff(vm, false)
      changed()
    },
    async close() {
      for (const vm of estate.vms.all()) letGo(vm.backing)
      await Promise.allSettled(letting)
    },
  }

  function makeVm(resourceGroup: string, name: string, order: VmOrder): Vm {
    const { body, size, spot, zone } = order
    const suffix = randomUUID().slice(0, 8)
    const { disk, network } = makeParts(order, { names, resourceGroup, name, suffix, nextAddress })
    for (const part of [disk, ...network]) estate.parts.put(part)
    const vm: Vm = {
      id: names.id(resourceGroup, vmType, name),
      vmId: randomUUID(),
      name,
      resourceGroup,
      location: body.location ?? '',
      body,
      tags: body.tags ?? {},
      size,
      spot,
      ...(zone !== undefined && { zone }),
      createdAt: clock.wall(),
      provisioning: 'Creating',
      hibernated: false,
      nics: network.filter(({ type }) => type === nicType).map(({ id }) => id),
      disk: disk.id,
      events: { DocumentIncarnation: 1, Events: [] },
      extensions: new Map(),
    }
    estate.vms.put(vm)
    return vm
  }
}

function notAllowed(message: string): Refusal {
  return new Refusal(409, 'OperationNotAllowed', message)
}
