import type { Plan, Snapshot } from '../domain/plan.ts'
import { findDemand } from './demand/demand.ts'
import { createKinds } from './demand/kinds.ts'
import { scaleDown } from './holding/scale-down.ts'
import { keepWarm } from './holding/warm.ts'
import { createMachines } from './machines/machines.ts'
import { isMade } from './machines/made.ts'
import { goesForGood } from './machines/shrinking/rules.ts'
import { beginShrinking } from './machines/shrinking/turns.ts'
import { createLimits } from './placing/limits.ts'
import { makeRoom } from './placing/make-room.ts'
import { createPlacer, placeAgents } from './placing/place.ts'
import { wantedPulls } from './placing/pulls.ts'
import { findLoads, findRooms } from './placing/rooms.ts'
import { survey as surveyOf } from './survey.ts'
import { createWaitTally } from './waits.ts'

/**
 * What to do now, and why whatever waits is waiting. Pure: the same snapshot and moment give the same plan.
 * `now` is our wall time in milliseconds.
 */
export function plan(snapshot: Snapshot, now: number): Plan {
  const survey = surveyOf(snapshot, now)
  const kindOf = createKinds()
  const waits = createWaitTally(kindOf)
  const limits = createLimits(survey)
  const { lanes, reads } = findDemand(survey, limits, waits, kindOf)
  const loads = findLoads(survey)
  const shrinking = beginShrinking(survey, loads)
  const rooms = findRooms(survey, loads, (machine) => isMade(machine) && goesForGood(machine, shrinking))
  const placer = createPlacer(survey, rooms)
  const machines = createMachines(survey, rooms, shrinking)

  const { started, cramped, unplaced } = placeAgents(survey, rooms, placer, limits, lanes, waits)
  const taken = new Set(started.flatMap((action) => (action.kind === 'start-agent' && action.standby) || []))
  const clearing = makeRoom(survey, rooms, cramped, taken)
  const lent = machines.serve(unplaced, limits, waits)
  const starts = [...started, ...lent]
  const warm = clearing.underWay ? [] : keepWarm(survey, placer, limits, lanes, starts, machines.lack)
  for (const action of clearing.actions) if (action.kind === 'remove-standby') taken.add(action.container)
  const ended = scaleDown(survey, lanes, taken)
  const settled = machines.settle([...starts, ...warm])
  return {
    actions: [...reads, ...wantedPulls(survey, lanes), ...starts, ...clearing.actions, ...warm, ...ended, ...settled],
    waits: waits.groups(),
  }
}
