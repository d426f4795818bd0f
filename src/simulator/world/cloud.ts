import type { Clock } from '../../domain/ports/clock.ts'
import { InsufficientCapacity, NotFound, QuotaExceeded, Transient } from '../../domain/errors.ts'
import type { Offer } from '../../domain/offer.ts'
import type { MachineOrder, ProviderMachine } from '../../domain/ports/provider.ts'
import type { Random } from '../random.ts'
import type { Engine } from './engine.ts'
import type { Recorder } from './recorder.ts'
import { calmCloud, type Bill, type CloudModel, type CloudOperation, type CloudTrouble, type Vm } from './vm.ts'

/** A cloud that makes machines and takes them back, with all that goes wrong there. */
export interface Cloud {
  readonly vms: ReadonlyMap<string, Vm>
  /** One for each machine that was ever accepted. */
  readonly bills: readonly Bill[]
  readonly trouble: CloudTrouble
  /** Moments at which machines were accepted, by fleet. */
  readonly accepted: ReadonlyMap<string, readonly number[]>
  offers(fleet: string): readonly Offer[]
  create(order: MachineOrder): string
  delete(name: string): string
  stop(name: string): string
  start(name: string): string
  poll(operation: string): 'pending' | 'done'
  list(fleet: string): ProviderMachine[]
  /** A listing of the fleet, as of the moment, has reached a Slipway that lived on. */
  tell(listed: ReadonlySet<string>, fleet: string, at: number): void
  /** Takes a machine back, after a notice where its offer promises one. */
  evict(name: string): void
  /** The guest dies; the cloud goes on calling it running, and goes on charging. */
  kill(name: string): void
  /** Somebody deletes, or stops, a machine behind our back. */
  vanish(name: string): void
  halt(name: string): void
}

export interface CloudOptions {
  readonly clock: Clock
  readonly random: Random
  readonly recorder: Recorder
  readonly model: CloudModel
  readonly offers: ReadonlyMap<string, readonly Offer[]>
  readonly engine: (vm: Vm) => Engine
}

export function createCloud({ clock, random, recorder, model, offers, engine }: CloudOptions): Cloud {
  const vms = new Map<string, Vm>()
  const bills: Bill[] = []
  const accepted = new Map<string, number[]>()
  const operations = new Map<string, CloudOperation>()
  const trouble: CloudTrouble = { ...calmCloud, refused: new Map() }
  let ids = 0

  /** Does the work later, unless it hangs; what the operation says when it is done is what the work returns. */
  function begin(ms: number, hangs: number, work: () => Error | undefined): string {
    const id = `op${++ids}`
    const operation: CloudOperation = { state: 'pending' }
    operations.set(id, operation)
    if (!random.chance(hangs)) clock.timer(ms * trouble.slow, () => void (operation.state = work() ?? 'done'))
    return id
  }

  /** What a machine was going to do, if nothing has come between. */
  function later(vm: Vm, ms: number, work: () => void): void {
    const { turn } = vm
    clock.timer(ms * trouble.slow, () => vms.get(vm.name) === vm && vm.turn === turn && work())
  }

  function charge(vm: Vm, what: 'running' | 'stopped'): void {
    const price = what === 'running' ? vm.offer.price : vm.offer.stoppedPrice
    const nanosPerHour = price?.nanos.toString()
    vm.bill.prices.push({ from: clock.monotonic(), nanosPerHour, currency: price?.currency ?? 'USD', what })
  }

  function boot(vm: Vm, ms: readonly [number, number]): void {
    vm.state = 'running'
    if (random.chance(trouble.bootFails)) {
      vm.dead = true
      return recorder.note(`machine ${vm.name} will never come up`)
    }
    later(vm, random.between(...ms), () => {
      vm.engine ??= engine(vm)
      vm.engine.powered = true
      later(vm, random.between(...model.bootstrapMs), () => void (vm.bootstrapped = true))
    })
  }

  function powerOff(vm: Vm, why: string, wipe: boolean): void {
    vm.turn++
    vm.engine?.crash(why, wipe)
    if (vm.engine) vm.engine.powered = false
  }

  function remove(vm: Vm): void {
    powerOff(vm, 'its machine is gone', true)
    vm.parts.clear()
    vms.delete(vm.name)
    vm.bill.until = clock.monotonic()
  }

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

  function accept(order: MachineOrder): Vm {
    const bill: Bill = { name: order.name, fleet: order.fleet, prices: [], told: new Map() }
    // What it costs is the cloud's word, whatever the order says of it.
    const offer = offers.get(order.fleet)?.find(({ key }) => key === order.offer.key) ?? order.offer
    const vm: Vm = {
      ...order,
      offer,
      state: 'creating',
      bill,
      parts: new Set(['vm', 'nic', 'disk']),
      bootstrapped: false,
      dead: false,
      turn: 0,
    }
    vms.set(vm.name, vm)
    bills.push(bill)
    accepted.set(vm.fleet, [...(accepted.get(vm.fleet) ?? []), clock.monotonic()])
    charge(vm, 'running')
    return vm
  }

  return {
    vms,
    bills,
    trouble,
    accepted,
    offers: (fleet) => offers.get(fleet) ?? [],
    create(order) {
      const known = vms.get(order.name)
      if (known) return begin(1000, 0, () => undefined)
      const refused = trouble.refused.get(`${order.fleet}/${order.offer.key}`)
      if (refused === 'capacity') throw new InsufficientCapacity(`no ${order.offer.key} to be had now`)
      if (refused === 'quota') throw new QuotaExceeded(`the quota of ${order.offer.key} is used up`)
      const vm = accept(order)
      const fails = random.chance(trouble.createFails)
      return begin(random.between(...model.createMs), trouble.createHangs, () => {
        if (vm.state !== 'creating') return undefined
        if (!fails) {
          boot(vm, model.bootMs)
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
      powerOff(vm, 'its machine was deleted', true)
      vm.state = 'deleting'
      const fails = random.chance(trouble.deleteFails)
      return begin(random.between(...model.deleteMs), trouble.deleteHangs, () => {
        if (vms.get(name) !== vm) return undefined
        if (!fails) {
          remove(vm)
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
      powerOff(vm, 'its machine was stopped', false)
      return begin(random.between(...model.stopMs), 0, () => {
        if (vms.get(name) !== vm || vm.state !== 'running') return undefined
        vm.state = 'stopped'
        charge(vm, 'stopped')
        return undefined
      })
    },
    start(name) {
      const vm = get(name)
      if (vm.state !== 'stopped') return begin(500, 0, () => undefined)
      charge(vm, 'running')
      return begin(random.between(...model.startMs), 0, () => {
        if (vms.get(name) === vm && vm.state === 'stopped') boot(vm, [1000, 5000])
        return undefined
      })
    },
    poll(id) {
      const operation = operations.get(id)
      if (!operation) throw new NotFound(`there is no operation ${id}`)
      if (operation.state instanceof Error) throw operation.state
      return operation.state
    },
    list: (fleet) => [...vms.values()].filter((vm) => vm.fleet === fleet).map(listed),
    tell(names, fleet, at) {
      for (const bill of bills) {
        if (bill.fleet !== fleet) continue
        // Of one that is being deleted no listing says any more how it was before.
        const shown = vms.get(bill.name)?.state !== 'deleting'
        for (const { from } of bill.prices) if (shown && from <= at && !bill.told.has(from)) bill.told.set(from, at)
        const over = bill.until !== undefined && bill.until <= at && !names.has(bill.name)
        if (over && !bill.told.has('end')) bill.told.set('end', at)
      }
    },
    evict(name) {
      const vm = vms.get(name)
      if (!vm || vm.state !== 'running') return
      const ms = random.between(...model.noticeMs)
      recorder.note(`machine ${name} is evicted in ${Math.round(ms / 1000)} s`)
      vm.engine?.notices.push({ id: `n${++ids}`, what: 'Preempt', notBefore: clock.wall() + ms })
      clock.timer(ms, () => vms.get(name) === vm && vm.state !== 'deleting' && remove(vm))
    },
    kill(name) {
      const vm = vms.get(name)
      if (vm?.state !== 'running') return
      recorder.note(`machine ${name} dies`)
      vm.dead = true
      powerOff(vm, 'its machine died', true)
    },
    vanish(name) {
      const vm = vms.get(name)
      if (!vm || vm.state === 'deleting') return
      recorder.note(`machine ${name} is deleted by somebody else`)
      remove(vm)
    },
    halt(name) {
      const vm = vms.get(name)
      if (vm?.state !== 'running') return
      recorder.note(`machine ${name} is stopped by somebody else`)
      powerOff(vm, 'its machine was stopped', false)
      vm.state = 'stopped'
      charge(vm, 'stopped')
    },
  }
}

function listed(vm: Vm): ProviderMachine {
  const { name, fleet, state, detail } = vm
  const endpoint =
    state === 'running' ? ({ kind: 'tcp', host: name, port: 2376, serverName: name } as const) : undefined
  return { name, fleet, state, size: vm.offer.size, detail, endpoint }
}
