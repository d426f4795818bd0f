import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../../domain/ports/clock.ts'
import type { Timers } from '../../../github/timers.ts'
import type { ScheduledEvent } from './backing.ts'
import type { Machines } from './verbs.ts'
import type { Vm } from '../records.ts'

export interface Evictions {
  /** Tells the VM that it has `noticeMs` left, then takes it by its eviction policy. */
  evict(vm: Vm, noticeMs: number): void
}

export function createEvictions(clock: Clock, timers: Timers, machines: Machines): Evictions {
  function tell(vm: Vm, event: ScheduledEvent): void {
    vm.events = { DocumentIncarnation: vm.events.DocumentIncarnation + 1, Events: [event] }
    vm.backing?.scheduledEvents?.(vm.events)
  }

  function take(vm: Vm): void {
    if (vm.body.properties?.evictionPolicy === 'Delete') machines.vanish(vm)
    else machines.deallocate(vm)
  }

  return {
    evict(vm, noticeMs) {
      tell(vm, {
        EventId: randomUUID().toUpperCase(),
        EventType: 'Preempt',
        ResourceType: 'VirtualMachine',
        Resources: [vm.name],
        EventStatus: 'Scheduled',
        NotBefore: new Date(clock.wall() + noticeMs).toUTCString(),
        Description: 'Spot capacity is needed elsewhere.',
        EventSource: 'Platform',
        DurationInSeconds: -1,
      })
      timers.after(noticeMs, () => take(vm))
    },
  }
}
