import type { Container } from '../../domain/agent.ts'
import type { Machine } from '../../domain/machine.ts'
import type { Pool } from '../../domain/pool.ts'
import { addResources, fitsWithin, noResources, subtractResources, type Resources } from '../../domain/resources.ts'
import { hasImage, pushTo, type Survey } from '../survey.ts'

/** What is left of a machine while a plan is made, whether it is there already or only coming. */
export interface Space {
  free: Resources
  slots: number
}

export interface Room extends Space {
  readonly machine: Machine
}

/** What the containers on a machine take. */
export interface Load {
  readonly resources: Resources
  readonly count: number
  /** Of them, those that are nobody's yet: each will be an agent. */
  readonly standbys: number
}

/** By machine, in whatever state it is; none where nothing of ours is. */
export type Loads = ReadonlyMap<string, Load>

const noLoad: Load = { resources: noResources, count: 0, standbys: 0 }

/** Room on machines that take new containers, fullest first, and the standby containers that wait there. */
export interface Rooms {
  readonly byFleet: ReadonlyMap<string, readonly Room[]>
  readonly byMachine: ReadonlyMap<string, Room>
  /** Prepared standby containers on machines that take new agents, by shape. */
  readonly standbys: ReadonlyMap<string, Container[]>
  readonly loads: Loads
}

/** `isLeaving`: machines that are about to be cordoned take nothing more. */
export function findRooms(
  survey: Survey,
  loads = findLoads(survey),
  isLeaving: (machine: Machine) => boolean = () => false,
): Rooms {
  const byFleet = new Map<string, Room[]>()
  const byMachine = new Map<string, Room>()
  for (const machine of survey.machines.values()) {
    if (!takesContainers(survey, machine) || isLeaving(machine)) continue
    const room = roomOn(survey, machine, loads.get(machine.key))
    byMachine.set(machine.key, room)
    pushTo(byFleet, machine.fleet, room)
  }
  for (const rooms of byFleet.values()) sortFullestFirst(rooms)
  return { byFleet, byMachine, standbys: findStandbys(survey, byMachine), loads }
}

export function findLoads(survey: Survey): Loads {
  const loads = new Map<string, { resources: Resources; count: number; standbys: number }>()
  for (const container of survey.containers) {
    const sum = loads.get(container.machine) ?? { ...noLoad }
    loads.set(container.machine, sum)
    sum.resources = addResources(sum.resources, container.resources)
    sum.count++
    if (!container.agent) sum.standbys++
  }
  return loads
}

/** What a machine has left, whether it takes containers now or not. One that we made has no more agents than its fleet says. */
export function roomOn(survey: Survey, machine: Machine, { resources, count, standbys }: Load = noLoad): Room {
  const fleet = survey.fleets.get(machine.fleet)
  const limit = fleet?.limits.agentsPerMachine ?? 0
  const ever = machine.made ? (fleet?.elastic?.maxAgents ?? Infinity) - machine.agentsHad - standbys : Infinity
  return { machine, free: subtractResources(machine.allocatable, resources), slots: Math.min(limit - count, ever) }
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

export function takeRoom(space: Space, wanted: Resources): void {
  space.free = subtractResources(space.free, wanted)
  space.slots--
}

export function hasRoom(space: Space, wanted: Resources): boolean {
  return space.slots > 0 && fitsWithin(wanted, space.free)
}

/**
 * Finds the first with room for one more container of a kind. They are walked once: what does not fit now won't fit
 * later in the same plan. The list may grow meanwhile.
 */
export function createFinder<S>(spaces: readonly S[], fits: (space: S) => boolean): () => S | undefined {
  let at = 0
  return () => {
    for (let space = spaces[at]; space; space = spaces[++at]) if (fits(space)) return space
    return undefined
  }
}
