import type { Action } from '../../../domain/plan.ts'
import type { Pool } from '../../../domain/pool.ts'
import type { Resources } from '../../../domain/resources.ts'
import { imageOf, resourcesOf, startAction, startingNow } from '../../placing/place.ts'
import { createFinder, hasRoom, obstacle, takeRoom, type Room, type Rooms } from '../../placing/rooms.ts'
import type { Survey } from '../../survey.ts'
import type { WaitTally } from '../../waits.ts'
import type { Booting } from './await-room.ts'

/**
 * In a spike (rule 8): while machines boot for jobs, containers are started at once on machines that are ready, with
 * more CPU promised than these have, up to the fleet's `burst.cpu`. Memory and disk are never promised twice. The
 * machines are made all the same: what is overcommitted now has room again later.
 */
export function burst(survey: Survey, rooms: Rooms, booting: readonly Booting[], waits: WaitTally): Action[] {
  const find = createBurstFinder(survey, rooms)
  return booting.flatMap(({ lane, job, hold }) => {
    const wanted = resourcesOf(lane, job)
    const room = find?.(lane.pool, wanted, imageOf(lane, job))
    waits.add(job, room ? startingNow : hold)
    if (!room) return []
    takeRoom(room, wanted)
    const reason = `a job is queued and a machine boots for it; until then ${room.machine.key} shares its CPU (burst.cpu)`
    return [startAction(lane, job, room.machine.key, reason)]
  })
}

type BurstFinder = (pool: Pool, wanted: Resources, image: string) => Room | undefined

/** Undefined where no fleet allows it. */
function createBurstFinder(survey: Survey, rooms: Rooms): BurstFinder | undefined {
  if (survey.snapshot.fleets.every((fleet) => fleet.burst.cpu <= 1)) return undefined
  const finders = new Map<Pool, Map<string, readonly (() => Room | undefined)[]>>()
  return (pool, wanted, image) => {
    const ofPool = finders.get(pool) ?? new Map<string, readonly (() => Room | undefined)[]>()
    finders.set(pool, ofPool)
    const id = `${image} ${wanted.milliCpu} ${wanted.memory} ${wanted.disk}`
    const fits = (room: Room) => fitsOvercommitted(survey, room, wanted) && !obstacle(survey, pool, room.machine, image)
    const made = ofPool.get(id) ?? pool.fleets.map((name) => createFinder(rooms.byFleet.get(name) ?? [], fits))
    ofPool.set(id, made)
    for (const find of made) {
      const room = find()
      if (room) return room
    }
    return undefined
  }
}

function fitsOvercommitted(survey: Survey, { machine, free, slots }: Room, wanted: Resources): boolean {
  const factor = survey.fleets.get(machine.fleet)?.burst.cpu ?? 1
  const lent = Math.floor(machine.allocatable.milliCpu * Math.max(0, factor - 1))
  return hasRoom({ free: { ...free, milliCpu: free.milliCpu + lent }, slots }, wanted)
}
