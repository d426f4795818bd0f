import type { Container } from '../../../domain/agent.ts'
import { pushTo, type Survey } from '../../survey.ts'
import { hasRoom, isolationHolds, takeRoom, type Room, type Rooms } from '../../placing/rooms.ts'
import { elasticFleet, machinesOf, type ElasticFleet } from '../life.ts'
import type { MadeMachine } from '../made.ts'

/** A machine is nearly empty when no resource of it is taken beyond this share. */
const nearlyEmptyShare = 1 / 3

/**
 * Per fleet at most one nearly empty machine whose containers would fit onto others that are in use: it takes no new
 * agents, and goes when the last one has ended. Not while jobs wait for room in the fleet.
 */
export function findMergeable(
  survey: Survey,
  rooms: Rooms,
  isNeeded: (machine: string) => boolean,
  isCrowded: (fleet: string) => boolean,
): Map<string, string> {
  const found = new Map<string, string>()
  const fleets = [...survey.madeBy.keys()].flatMap((name) => elasticFleet(survey, name) ?? [])
  for (const fleet of fleets) {
    if (!fleet.elastic.consolidate || isCrowded(fleet.name) || isMerging(survey, fleet)) continue
    const machine = emptiest(survey, rooms, fleet, isNeeded)
    if (machine) found.set(machine.key, 'what is left on it would fit onto other machines in use')
  }
  return found
}

/** One at a time: what is on the last one still has to end. */
function isMerging(survey: Survey, fleet: ElasticFleet): boolean {
  return machinesOf(survey, fleet.name).some(({ cordon, state }) => cordon?.by === 'rule' && state === 'ready')
}

function emptiest(
  survey: Survey,
  rooms: Rooms,
  fleet: ElasticFleet,
  isNeeded: (machine: string) => boolean,
): MadeMachine | undefined {
  const inUse = (rooms.byFleet.get(fleet.name) ?? []).filter(({ machine }) => rooms.loads.has(machine.key))
  const containers = containersBy(survey)
  const candidates = machinesOf(survey, fleet.name)
    .filter((machine) => isCandidate(survey, rooms, fleet, machine) && !isNeeded(machine.key))
    .sort((a, b) => share(rooms, a) - share(rooms, b) || (a.key < b.key ? -1 : 1))
  return candidates.find((machine) =>
    fitsElsewhere(
      survey,
      containers.get(machine.key) ?? [],
      inUse.filter((room) => room.machine.key !== machine.key),
    ),
  )
}

/** One that has only just come is still being filled. */
function isCandidate(survey: Survey, rooms: Rooms, { elastic }: ElasticFleet, machine: MadeMachine): boolean {
  if (!rooms.byMachine.has(machine.key) || !rooms.loads.has(machine.key)) return false
  const ready = machine.made.readyAt ?? machine.createdAt
  return ready + elastic.idleTimeoutMs <= survey.now && share(rooms, machine) <= nearlyEmptyShare
}

function share(rooms: Rooms, { key, allocatable }: MadeMachine): number {
  const used = rooms.loads.get(key)?.resources
  if (!used) return 0
  return Math.max(
    used.milliCpu / Math.max(1, allocatable.milliCpu),
    used.memory / Math.max(1, allocatable.memory),
    used.disk / Math.max(1, allocatable.disk),
  )
}

function fitsElsewhere(survey: Survey, containers: readonly Container[], rooms: readonly Room[]): boolean {
  const spaces = rooms.map((room) => ({ ...room }))
  return containers.every((container) => {
    const pool = survey.pools.get(container.pool)
    const space = spaces.find(
      (each) => hasRoom(each, container.resources) && (!pool || isolationHolds(pool, each.machine)),
    )
    if (space) takeRoom(space, container.resources)
    return space !== undefined
  })
}

function containersBy(survey: Survey): Map<string, Container[]> {
  const byMachine = new Map<string, Container[]>()
  for (const container of survey.containers) pushTo(byMachine, container.machine, container)
  return byMachine
}
