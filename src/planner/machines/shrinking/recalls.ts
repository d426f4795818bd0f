import type { Action } from '../../../domain/plan.ts'
import type { Pool } from '../../../domain/pool.ts'
import type { Resources } from '../../../domain/resources.ts'
import type { Hold } from '../../demand/route.ts'
import { hasRoom, obstacle, roomOn, takeRoom, type Room, type Rooms } from '../../placing/rooms.ts'
import { pushTo, type Survey } from '../../survey.ts'
import { once } from '../../once.ts'
import { goesForGood, type Shrinking } from './rules.ts'

/** Machines that were to go only because nobody needed them: they are taken back when somebody does. */
export interface Recalls {
  /** Takes room for one container on one of them. */
  take(pool: Pool, wanted: Resources, image: string): Hold | undefined
  /** Machines that this plan takes back. */
  has(machine: string): boolean
  actions(): Action[]
}

export function createRecalls(survey: Survey, rooms: Rooms, shrinking: Shrinking): Recalls {
  const byFleet = new Map<string, Room[]>()
  for (const machines of survey.madeBy.values())
    for (const machine of machines) {
      const back = machine.state === 'ready' && machine.cordon?.by === 'rule' && !goesForGood(machine, shrinking)
      if (back && !survey.backoffs.has(`machine:${machine.key}`))
        pushTo(byFleet, machine.fleet, roomOn(survey, machine, rooms.loads.get(machine.key)))
    }
  const reasons = new Map<string, string>()
  const holdOf = once((room: Room) => once((pool: Pool) => recallHold(pool, room)))
  return {
    has: (machine) => reasons.has(machine),
    take(pool, wanted, image) {
      for (const fleet of pool.fleets)
        for (const room of byFleet.get(fleet) ?? []) {
          if (!hasRoom(room, wanted) || obstacle(survey, pool, room.machine, image)) continue
          takeRoom(room, wanted)
          reasons.set(room.machine.key, `jobs of pool ${pool.name} need it`)
          return holdOf(room)(pool)
        }
      return undefined
    },
    actions: () => Array.from(reasons, ([machine, reason]): Action => ({ kind: 'uncordon-machine', machine, reason })),
  }
}

function recallHold(pool: Pool, { machine }: Room): Hold {
  return {
    code: 'room-soon',
    pool: pool.name,
    reason: `machine ${machine.key} was to go, and is taken back for it`,
    next: 'it is placed with the next plan, within a second',
    etaMs: 1000,
  }
}
