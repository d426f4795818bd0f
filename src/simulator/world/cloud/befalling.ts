import type { CloudOptions, Yard } from './yard.ts'

/** What may befall machines, whatever Slipway asks for. */
export interface Befalling {
  /** Takes a machine back, after a notice. */
  evict(name: string): void
  /** The guest dies; the cloud goes on calling it running, and goes on charging. */
  kill(name: string): void
  /** Somebody deletes, or stops, a machine behind our back. */
  vanish(name: string): void
  halt(name: string): void
}

export function createBefalling({ clock, random, recorder, model }: CloudOptions, yard: Yard): Befalling {
  const { vms } = yard
  let notices = 0
  return {
    evict(name) {
      const vm = vms.get(name)
      if (!vm || vm.state !== 'running') return
      const ms = random.between(...model.noticeMs)
      recorder.note(`machine ${name} is evicted in ${Math.round(ms / 1000)} s`)
      vm.engine?.notices.push({ id: `n${++notices}`, what: 'Preempt', notBefore: clock.wall() + ms })
      clock.timer(ms, () => vms.get(name) === vm && vm.state !== 'deleting' && yard.remove(vm))
    },
    kill(name) {
      const vm = vms.get(name)
      if (vm?.state !== 'running') return
      recorder.note(`machine ${name} dies`)
      vm.dead = true
      yard.powerOff(vm, 'its machine died', true)
    },
    vanish(name) {
      const vm = vms.get(name)
      if (!vm || vm.state === 'deleting') return
      recorder.note(`machine ${name} is deleted by somebody else`)
      yard.remove(vm)
    },
    halt(name) {
      const vm = vms.get(name)
      if (vm?.state !== 'running') return
      recorder.note(`machine ${name} is stopped by somebody else`)
      yard.powerOff(vm, 'its machine was stopped', false)
      vm.state = 'stopped'
      yard.charge(vm, 'stopped')
    },
  }
}
