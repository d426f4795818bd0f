import type { Container } from '../../domain/agent.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Pool } from '../../domain/pool.ts'
import { addResources, fitsWithin, noResources, subtractResources, type Resources } from '../../domain/resources.ts'
import { hasImage, pushTo, type Survey } from '../survey.ts'

/** What is left on a machine while a plan is made. */
export interface Room {
  readonly machine: Machine
  free: Resources
  slots: number
}

/** Room on machines that take new containers, fullest first, and the standby containers that wait there. */
export interface Rooms {
  readonly byFleet: ReadonlyMap<string, readonly Room[]>
  readonly byMachine: ReadonlyMap<string, Room>
  /** Prepared standby containers on machines that take new agents, by shape. */
  readonly standbys: ReadonlyMap<string, Container[]>
}

export function findRooms(survey: Survey): Rooms {
  const used = new Map<string, { resources: Resources; count: number }>()
  for (const container of survey.containers) {
    const sum = used.get(container.machine)
    if (sum) {
      sum.resources = addResources(sum.resources, container.resources)
      sum.count++
    } else used.set(container.machine, { resources: container.resources, count: 1 })
  }
  const byFleet = new Map<string, Room[]>()
  const byMachine = new Map<string, Room>()
  for (const machine of survey.machines.values()) {
    if (!takesContainers(survey, machine)) continue
    const { resources, count } = used.get(machine.key) ?? { resources: noResources, count: 0 }
    const limit = survey.fleets.get(machine.fleet)?.limits.agentsPerMachine ?? 0
    const room = { machine, free: subtractResources(machine.allocatable, resources), slots: limit - count }
    byMachine.set(machine.key, room)
    pushTo(byFleet, machine.fleet, room)
  }
  for (const rooms of byFleet.values()) sortFullestFirst(rooms)
  return { byFleet, byMachine, standbys: findStandbys(survey, byMachine) }
}

export function takesContainers(survey: Survey, machine: Machine): boolean {
  return machine.state === 'ready' && !machine.cordon && !survey.backoffs.has(`machine:${machine.key}`)
}

/** Rule 8: the fullest machine first, so that others empty. Equal ones by name, so that plans are repeatable. */
function sortFullestFirst(rooms: Room[]): void {
  const share = new Map(rooms.map((room) => [room, freeShare(room)]))
  rooms.sort((a, b) => (share.get(a) ?? 0) - (share.get(b) ?? 0) || (a.machine.key < b.machine.key ? -1 : 1))
}

/** The scarcest resource decides how full a machine is. */
function freeShare(room: Room): number {
  const { allocatable } = room.machine
  return Math.min(
    ratio(room.free.milliCpu, allocatable.milliCpu),
    ratio(room.free.memory, allocatable.memory),
    ratio(room.free.disk, allocatable.disk),
  )
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}

function findStandbys(survey: Survey, rooms: ReadonlyMap<string, Room>): Map<string, Container[]> {
  const standbys = new Map<string, Container[]>()
  for (const container of survey.containers)
    if (!container.agent && container.state === 'prepared' && rooms.has(container.machine))
      pushTo(standbys, container.shape, container)
  return standbys
}

/** Whether a pool's containers may go onto a machine at all; if not, why. */
export function obstacle(
  survey: Survey,
  pool: Pool,
  machine: Machine,
  image: string,
): 'isolation' | 'image' | 'image-trouble' | undefined {
  if (!isolationHolds(pool, machine)) return 'isolation'
  if (hasImage(survey, machine.key, image)) return undefined
  return survey.backoffs.has(`image:${machine.key}/${image}`) ? 'image-trouble' : 'image'
}

export function isolationHolds(pool: Pool, machine: Machine): boolean {
  return machine.isolation === 'verified' || pool.isolation.acceptUnverified
}

export function takeRoom(room: Room, wanted: Resources): void {
  room.free = subtractResources(room.free, wanted)
  room.slots--
}

/**
 * Finds the fullest machine with room for one more container of a kind. The rooms are walked once: what does not fit
 * now won't fit later in the same plan.
 */
export function createFinder(rooms: readonly Room[], wanted: Resources): () => Room | undefined {
  let at = 0
  return () => {
    for (let room = rooms[at]; room; room = rooms[++at])
      if (room.slots > 0 && fitsWithin(wanted, room.free)) return room
    return undefined
  }
}
