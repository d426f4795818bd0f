import { InsufficientCapacity, NotFound, QuotaExceeded, Transient } from '../../../domain/errors.ts'
import type { Offer } from '../../../domain/offer.ts'
import type { MachineOrder, ProviderMachine } from '../../../domain/ports/provider.ts'
import type { CloudOperation, Vm } from './vm.ts'
import type { CloudOptions, Yard } from './yard.ts'

/** What the cloud can be asked for. Work takes its time: it is answered with an operation. */
export interface Asked {
  offers(fleet: string): readonly Offer[]
  create(order: MachineOrder): string
  delete(name: string): string
  stop(name: string): string
  start(name: string): string
  poll(operation: string): 'pending' | 'done'
  list(fleet: string): ProviderMachine[]
}

export function createAsked(options: CloudOptions, yard: Yard): Asked {
  const { model, random, recorder, offers } = options
  const { vms, trouble } = yard
  const { begin, poll } = createOperations(options, yard)

  /** Slipway's own doing must not end a job. */
  function checkEmpty(vm: Vm, what: string): void {
    for (const job of vm.engine?.running() ?? [])
      if (job.fate === undefined)
        recorder.violate('no kill', `machine ${vm.name} was ${what} while job ${job.id} ran on it`)
  }

  function get(name: string): Vm {
    const vm = vms.get(name)
    if (!vm) throw new NotFound(`there is no machine ${name}`)
    return vm
  }

  return {
    offers: (fleet) => offers.get(fleet) ?? [],
    create(order) {
      const known = vms.get(order.name)
      if (known) return begin(1000, 0, () => undefined)
      const refused = trouble.refused.get(`${order.fleet}/${order.offer.key}`)
      if (refused === 'capacity') throw new InsufficientCapacity(`no ${order.offer.key} to be had now`)
      if (refused === 'quota') throw new QuotaExceeded(`the quota of ${order.offer.key} is used up`)
      const vm = yard.accept(order)
      const fails = random.chance(trouble.createFails)
      return begin(random.between(...model.createMs), trouble.createHangs, () => {
        if (vm.state !== 'creating') return undefined
        if (!fails) {
          yard.boot(vm, model.bootMs)
          return undefined
        }
        vm.state = 'failed'
        vm.detail = 'AllocationFailed'
        vm.parts.delete('vm')
        return new InsufficientCapacity(`AllocationFailed: no ${order.offer.key} to be had now`)
      })
    },
    delete(name) {
      const vm = vms.get(name)
      if (!vm) return begin(500, 0, () => undefined)
      checkEmpty(vm, 'deleted')
      yard.powerOff(vm, 'its machine was deleted', true)
      vm.state = 'deleting'
      const fails = random.chance(trouble.deleteFails)
      return begin(random.between(...model.deleteMs), trouble.deleteHangs, () => {
        if (vms.get(name) !== vm) return undefined
        if (!fails) {
          yard.remove(vm)
          return undefined
        }
        vm.state = 'failed'
        vm.detail = 'its disk could not be deleted'
        vm.parts.delete('vm')
        return new Transient(`machine ${name} was not deleted to the end`)
      })
    },
    stop(name) {
      const vm = get(name)
      checkEmpty(vm, 'stopped')
      yard.powerOff(vm, 'its machine was stopped', false)
      return begin(random.between(...model.stopMs), 0, () => {
        if (vms.get(name) !== vm || vm.state !== 'running') return undefined
        vm.state = 'stopped'
        yard.charge(vm, 'stopped')
        return undefined
      })
    },
    start(name) {
      const vm = get(name)
      if (vm.state !== 'stopped') return begin(500, 0, () => undefined)
      yard.charge(vm, 'running')
      return begin(random.between(...model.startMs), 0, () => {
        if (vms.get(name) === vm && vm.state === 'stopped') yard.boot(vm, [1000, 5000])
        return undefined
      })
    },
    poll,
    list: (fleet) => [...vms.values()].filter((vm) => vm.fleet === fleet).map(listed),
  }
}

function createOperations({ clock, random }: CloudOptions, { trouble }: Yard) {
  const operations = new Map<string, CloudOperation>()

  /** Does the work later, unless it hangs; what the operation says when it is done is what the work returns. */
  function begin(ms: number, hangs: number, work: () => Error | undefined): string {
    const id = `op${operations.size + 1}`
    const operation: CloudOperation = { state: 'pending' }
    operations.set(id, operation)
    if (!random.chance(hangs)) clock.timer(ms * trouble.slow, () => void (operation.state = work() ?? 'done'))
    return id
  }

  function poll(id: string): 'pending' | 'done' {
    const operation = operations.get(id)
    if (!operation) throw new NotFound(`there is no operation ${id}`)
    if (operation.state instanceof Error) throw operation.state
    return operation.state
  }

  return { begin, poll }
}

function listed(vm: Vm): ProviderMachine {
  const { name, fleet, state, detail } = vm
  const endpoint =
    state === 'running' ? ({ kind: 'tcp', host: name, port: 2376, serverName: name } as const) : undefined
  return { name, fleet, state, size: vm.offer.size, detail, endpoint }
}
