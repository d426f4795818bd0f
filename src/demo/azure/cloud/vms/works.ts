import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../../domain/ports/clock.ts'
import type { Timers } from '../../../github/timers.ts'
import type { Failure } from '../../arm/answer.ts'
import type { Fault } from '../../arm/faults.ts'
import type { Work } from '../records.ts'

export interface WorkOrder {
  readonly verb: string
  /** Id of the VM. */
  readonly target: string
  readonly ms: number
  readonly fault?: Fault
  /** Something that has to be over, too. */
  readonly after?: Promise<unknown>
  done(): void
  failed(failure: Failure): void
}

/** Work under way and done: each has its record, which its asker polls. */
export interface Works {
  begin(order: WorkOrder): Work
  find(id: string): Work | undefined
  /** Ends what is under way on a VM: newer work takes its place. A delete goes on. */
  preempt(target: string): void
  /** The VM is gone: deletes have done their work, whichever of them did it; anything else has come to nothing. */
  gone(target: string): void
  all(): readonly Work[]
}

export function createWorks(clock: Clock, timers: Timers, changed: () => void): Works {
  const works = new Map<string, Work>()

  function on(target: string): Work[] {
    return [...works.values()].filter((work) => work.target === target)
  }

  function end(work: Work, status: Work['status'], error?: Failure): boolean {
    if (work.status !== 'InProgress') return false
    work.status = status
    work.endedAt = clock.wall()
    work.error = error
    return true
  }

  async function carryOut(work: Work, order: WorkOrder): Promise<void> {
    const failure = await Promise.all([timers.pause(order.fault?.takesMs ?? order.ms), order.after]).then(
      () => order.fault?.fails,
      (error: unknown) => ({ code: 'OSProvisioningInternalError', message: String(error) }),
    )
    if (!end(work, failure ? 'Failed' : 'Succeeded', failure)) return
    if (failure) order.failed(failure)
    else order.done()
    changed()
  }

  return {
    begin(order) {
      const { verb, target } = order
      const work: Work = { id: randomUUID(), verb, target, startedAt: clock.wall(), status: 'InProgress' }
      works.set(work.id, work)
      if (!order.fault?.hangs) void carryOut(work, order)
      return work
    },
    find: (id) => works.get(id.toLowerCase()),
    preempt(target) {
      for (const work of on(target)) if (work.verb !== 'delete') end(work, 'Canceled', preempted)
    },
    gone(target) {
      for (const work of on(target)) {
        if (work.verb === 'delete') end(work, 'Succeeded')
        else end(work, 'Canceled', preempted)
      }
    },
    all: () => [...works.values()],
  }
}

const preempted: Failure = {
  code: 'OperationPreempted',
  message: 'Operation execution has been preempted by a more recent operation.',
}
