import type { Job } from '../../domain/jobs/job.ts'
import type { Action } from '../../domain/plan.ts'
import { addResources, fitsWithin } from '../../domain/resources.ts'
import type { Lane } from '../lane.ts'
import { imageOf, resourcesOf } from './place.ts'
import { obstacle, type Rooms } from './rooms.ts'
import type { Survey } from '../survey.ts'

/**
 * Standby containers of one pool give way to demand of another: if a lane still waits and taking standbys away would
 * make room on a machine, they go. One machine per lane and plan is enough; the next plan sees the room.
 */
export function makeRoom(
  survey: Survey,
  rooms: Rooms,
  waiting: ReadonlyMap<Lane, Job>,
  taken: ReadonlySet<string>,
): Action[] {
  const removed = new Set<string>(taken)
  return [...waiting].flatMap(([lane, job]) => clearOne(survey, rooms, lane, job, removed))
}

function clearOne(survey: Survey, rooms: Rooms, lane: Lane, job: Job, removed: Set<string>): Action[] {
  const wanted = resourcesOf(lane, job)
  for (const fleet of lane.pool.fleets)
    for (const room of rooms.byFleet.get(fleet) ?? []) {
      if (obstacle(survey, lane.pool, room.machine, imageOf(lane, job))) continue
      const standbys = survey.containers.filter(
        (c) => !c.agent && c.machine === room.machine.key && c.state === 'prepared' && !removed.has(c.key),
      )
      let free = room.free
      const chosen: Action[] = []
      for (const standby of standbys) {
        free = addResources(free, standby.resources)
        const reason = `pool ${lane.pool.name} needs the room`
        chosen.push({ kind: 'remove-standby', container: standby.key, reason })
        if (!fitsWithin(wanted, free)) continue
        for (const action of chosen) if (action.kind === 'remove-standby') removed.add(action.container)
        return chosen
      }
    }
  return []
}
