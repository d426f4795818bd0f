import type { Clock } from '../../../domain/ports/clock.ts'
import type { Offer } from '../../../domain/offer.ts'
import type { MachineOrder } from '../../../domain/ports/provider.ts'
import type { Random } from '../../random.ts'
import type { Engine } from '../engine.ts'
import type { Recorder } from '../recorder.ts'
import { calmCloud, type Bill, type CloudModel, type CloudTrouble, type Vm } from './vm.ts'

export interface CloudOptions {
  readonly clock: Clock
  readonly random: Random
  readonly recorder: Recorder
  readonly model: CloudModel
  readonly offers: ReadonlyMap<string, readonly Offer[]>
  readonly engine: (vm: Vm) => Engine
}

/** The machines themselves: what becomes of them, whoever wants it. */
export interface Yard {
  readonly vms: Map<string, Vm>
  /** One for each machine that was ever accepted. */
  readonly bills: Bill[]
  readonly trouble: CloudTrouble
  accept(order: MachineOrder): Vm
  /** Brings its guest up, within so many milliseconds. */
  boot(vm: Vm, ms: readonly [number, number]): void
  /** With `wipe`, what is on its disk is lost too. */
  powerOff(vm: Vm, why: string, wipe: boolean): void
  /** All of it is gone, and costs nothing any more. */
  remove(vm: Vm): void
  /** From now on it costs this. */
  charge(vm: Vm, what: 'running' | 'stopped'): void
}

export function createYard({ clock, random, recorder, model, offers, engine }: CloudOptions): Yard {
  const vms = new Map<string, Vm>()
  const bills: Bill[] = []
  const trouble: CloudTrouble = { ...calmCloud, refused: new Map() }

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
    vm.dead = random.chance(trouble.bootFails)
    if (vm.dead) {
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
    charge(vm, 'running')
    return vm
  }

  return { vms, bills, trouble, accept, boot, powerOff, remove, charge }
}
