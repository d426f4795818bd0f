import type { Job } from '../../domain/jobs/job.ts'
import type { Action } from '../../domain/plan.ts'
import { addResources } from '../../domain/resources.ts'
import type { Lane } from '../lane.ts'
import { imageOf, resourcesOf } from './place.ts'
import { hasRoom, obstacle, type Room, type Rooms, type Space } from './rooms.ts'
import type { Survey } from '../survey.ts'

/** Standby containers that go, and whether room is being made at all: also by those that are going already. */
export interface Clearing {
  readonly actions: readonly Action[]
  readonly underWay: boolean
}

/**
 * Standby containers of one pool give way to demand of another: if a lane still waits and taking standbys away would
 * make room on a machine, they go. One machine per lane and plan is enough; the next plan sees the room.
 */
export function makeRoom(
  survey: Survey,
  rooms: Rooms,
  waiting: ReadonlyMap<Lane, Job>,
  taken: ReadonlySet<string>,
): Clearing {
  const removed = new Set<string>(taken)
  const cleared = [...waiting].map(([lane, job]) => clearOne(survey, rooms, lane, job, removed))
  return { actions: cleared.flatMap((actions) => actions ?? []), underWay: cleared.some(Boolean) }
}

/** What is to be removed for a lane: nothing where room is being made already, undefined where none can be made. */
function clearOne(
  survey: Survey,
  rooms: Rooms,
  lane: Lane,
  job: Job,
  removed: Set<string>,
): readonly Action[] | undefined {
  const wanted = resourcesOf(lane, job)
  for (const fleet of lane.pool.fleets)
    for (const room of rooms.byFleet.get(fleet) ?? []) {
      if (obstacle(survey, lane.pool, room.machine, imageOf(lane, job))) continue
      const space = withoutGoing(survey, room)
      const chosen: string[] = []
      for (const standby of standbysOn(survey, room, removed)) {
        if (hasRoom(space, wanted)) break
        space.free = addResources(space.free, standby.resources)
        space.slots++
        chosen.push(standby.key)
      }
      if (!hasRoom(space, wanted)) continue
      for (const key of chosen) removed.add(key)
      const reason = `pool ${lane.pool.name} needs the room`
      return chosen.map((container): Action => ({ kind: 'remove-standby', container, reason }))
    }
  return undefined
}

/** What the machine has left once the standby containers that are being removed are gone. */
function withoutGoing(survey: Survey, room: Room): Space {
  const space = { free: room.free, slots: room.slots }
  for (const container of survey.containers) {
    if (container.machine !== room.machine.key || container.agent || container.state !== 'removing') continue
    space.free = addResources(space.free, container.resources)
    space.slots++
  }
  return space
}

function standbysOn(survey: Survey, { machine }: Room, removed: ReadonlySet<string>) {
  return survey.containers.filter(
    (c) => !c.agent && c.machine === machine.key && c.state === 'prepared' && !removed.has(c.key),
  )
}
