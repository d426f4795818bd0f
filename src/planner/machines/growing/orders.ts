import type { Action } from '../../../domain/plan.ts'
import { subtractResources, type Resources } from '../../../domain/resources.ts'
import { roomOn } from '../../placing/rooms.ts'
import type { Survey } from '../../survey.ts'
import type { Expectations } from '../awaiting/expectations.ts'
import type { ElasticFleet } from '../life.ts'
import type { MadeMachine } from '../made.ts'
import { prospectsOf, type Prospect } from './allowing/offers.ts'
import type { Refusal } from './allowing/refusal.ts'
import type { Want } from './ask.ts'
import type { Pick } from './choosing/choose.ts'
import { capWords, createHolds } from './words.ts'

/** The actions of one fleet, and what they change for those who wait. */
export interface Orders {
  readonly actions: Action[]
  /** The fleet's offers, less what is ordered already. */
  prospects(): readonly Prospect[]
  start(machine: MadeMachine, wants: readonly Want[], taken: readonly number[], reason: string): void
  make(pick: Pick, wants: readonly Want[], reason: string): void
  /** Adds to the last reason which limit allows no more. */
  cap(limit: Refusal): void
}

export function createOrders(survey: Survey, fleet: ElasticFleet, expectations: Expectations): Orders {
  const all = prospectsOf(survey, fleet)
  const made = new Map<string, number>()
  const actions: Action[] = []
  const holds = createHolds(survey, fleet)

  /** What the machine has left is there for whoever comes next. */
  function give(free: Resources, slots: number, wants: readonly Want[], taken: readonly number[], what: string): void {
    const hold = holds(what)
    const space = { free, slots }
    for (const [at, want] of wants.entries()) {
      const count = taken[at] ?? 0
      if (count === 0) continue
      space.free = subtractResources(space.free, times(want.ask.wanted, count))
      space.slots -= count
      want.left -= count
      want.answers.push({ hold: hold(want.ask.pool), boots: true, count })
    }
    const accepts = () => true
    expectations.add(fleet.name, { space, accepts, expect: (pool) => ({ hold: hold(pool), boots: true }) })
  }

  return {
    actions,
    prospects: () =>
      all.map((prospect) => ({ ...prospect, most: prospect.most - (made.get(prospect.offer.key) ?? 0) })),
    start(machine, wants, taken, reason) {
      const { free, slots } = roomOn(survey, machine)
      give(free, slots, wants, taken, `machine ${machine.key} is started again`)
      actions.push({ kind: 'start-machine', machine: machine.key, reason })
    },
    make({ choice, taken }, wants, reason) {
      const { offer, allocatable, slots } = choice
      made.set(offer.key, (made.get(offer.key) ?? 0) + 1)
      give(allocatable, slots, wants, taken, `a machine is asked of fleet ${fleet.name} (${offer.key})`)
      actions.push({ kind: 'create-machine', fleet: fleet.name, offer, reason })
    },
    cap(limit) {
      const last = actions.pop()
      if (last) actions.push({ ...last, reason: `${last.reason}; ${capWords(limit)}` })
    },
  }
}

function times(resources: Resources, count: number): Resources {
  return {
    milliCpu: resources.milliCpu * count,
    memory: resources.memory * count,
    disk: resources.disk * count,
  }
}
