import type { Action } from '../../domain/plan.ts'
import type { Lack } from '../holding/warm.ts'
import type { Lane } from '../lane.ts'
import type { Limits } from '../placing/limits.ts'
import type { Rooms } from '../placing/rooms.ts'
import type { Survey } from '../survey.ts'
import type { WaitTally } from '../waits.ts'
import { awaitRoom } from './awaiting/await-room.ts'
import { burst } from './awaiting/burst.ts'
import { createExpectations } from './awaiting/expectations.ts'
import { createSoonRooms } from './awaiting/soon.ts'
import { createWarmAsks } from './awaiting/warm-asks.ts'
import { createGrowth } from './growing/grow.ts'
import { keepMachines } from './growing/keep-machines.ts'
import { createRecalls } from './shrinking/recalls.ts'
import { goesForGood, type Shrinking } from './shrinking/rules.ts'
import { shrink } from './shrinking/shrink.ts'

/** Machines that come and go, decided upon while the rest of the plan is made, in the order of these functions. */
export interface Machines {
  /** For jobs without room: room that comes, or machines; meanwhile agents on CPU that is lent. */
  serve(unplaced: readonly Lane[], limits: Limits, waits: WaitTally): Action[]
  /** For one warm agent or standby container without room. */
  lack: Lack
  /** Machines to make, start, stop, cordon, take back and delete, once all that is started is known. */
  settle(started: readonly Action[]): Action[]
}

export function createMachines(survey: Survey, rooms: Rooms, shrinking: Shrinking): Machines {
  const recalls = createRecalls(survey, rooms, shrinking)
  const expectations = createExpectations(survey, rooms)
  const growth = createGrowth(survey, expectations, (machine) => goesForGood(machine, shrinking))
  const soon = createSoonRooms(survey, rooms)
  const warm = createWarmAsks(survey, expectations, growth)
  const crowded = new Set<string>()

  return {
    lack: warm.lack,
    serve(unplaced, limits, waits) {
      for (const { pool } of unplaced) for (const fleet of pool.fleets) crowded.add(fleet)
      const booting = awaitRoom(survey, { recalls, expectations, soon, growth }, limits, unplaced, waits)
      return burst(survey, rooms, booting, waits)
    },
    settle(started) {
      warm.ask()
      const needed = new Set(machinesIn([...started, ...growth.actions()]))
      const isNeeded = (machine: string) => needed.has(machine) || expectations.used.has(machine)
      keepMachines(survey, growth, shrinking.isEmpty, isNeeded)
      for (const machine of machinesIn(growth.actions())) needed.add(machine)
      const gone = shrink(shrinking, rooms, recalls, { isNeeded, isCrowded: (fleet) => crowded.has(fleet) })
      return [...growth.actions(), ...gone]
    },
  }
}

function machinesIn(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => ('machine' in action ? [action.machine] : []))
}
