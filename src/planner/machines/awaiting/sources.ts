import type { MachineState } from '../../../domain/machine.ts'
import type { Pool } from '../../../domain/pool.ts'
import type { Hold } from '../../demand/route.ts'
import { obstacle, roomOn, type Room, type Rooms } from '../../placing/rooms.ts'
import { obstacleHold } from '../../placing/no-room.ts'
import type { Survey } from '../../survey.ts'
import { bootEtaMs, etaWords, isArriving, machinesOf } from '../life.ts'
import type { MadeMachine } from '../made.ts'
import { once } from '../../once.ts'
import type { Expected, Source } from './source.ts'
import { troubledMachines } from './image-trouble.ts'

/** More machines than this are counted in the words, not named. */
const mostNamed = 5
/** Failed fetches of an image onto one machine before another machine is tried. */
const mostFetches = 3

/** Ready machines on which an image or the proof of isolation is still missing. */
export function preparingSources(survey: Survey, rooms: Rooms, fleet: string): Source[] {
  return (rooms.byFleet.get(fleet) ?? []).map((room) => ({
    space: room,
    machine: room.machine.key,
    accepts: (pool, image) => isBeingPrepared(survey, pool, room, image),
    expect: shareByImage((pool, image) => ({ hold: preparingHold(survey, pool, room, image), boots: false })),
  }))
}

function isBeingPrepared(survey: Survey, pool: Pool, { machine }: Room, image: string): boolean {
  switch (obstacle(survey, pool, machine, image)) {
    case 'image':
      return true
    case 'image-trouble':
      return (
        (survey.backoffs.get(`image:${machine.key}/${image}`)?.failures ?? 0) < mostFetches ||
        troubledMachines(survey, image) > 1
      )
    case 'isolation':
      // One that we made is about to be probed; a given one stays as it is until a person sees to it.
      return machine.isolation === 'unknown' && machine.made !== undefined
    case undefined:
      return false
  }
}

function preparingHold(survey: Survey, pool: Pool, { machine }: Room, image: string): Hold {
  if (obstacle(survey, pool, machine, image) !== 'isolation') return obstacleHold(survey, pool, machine, image)
  return {
    code: 'machine-coming',
    pool: pool.name,
    reason: `machine ${machine.key} is ready, and its isolation is being verified`,
    next: 'it is placed once that is proven',
  }
}

/** Machines that boot, those that will be ready first before the others. Their isolation is expected to be verified. */
export function arrivingSources(survey: Survey, fleet: string): Source[] {
  const machines = machinesOf(survey, fleet).filter((machine) => isArriving(survey, machine))
  machines.sort((a, b) => bootEtaMs(survey, a) - bootEtaMs(survey, b) || (a.key < b.key ? -1 : 1))
  const counts = new Map<MachineState, number>()
  for (const { state } of machines) counts.set(state, (counts.get(state) ?? 0) + 1)
  return machines.map((machine) => {
    const words = (counts.get(machine.state) ?? 0) > mostNamed ? crowdWords(machine, counts) : nameWords(machine)
    const holdFor = once((pool: Pool) => ({ hold: arrivingHold(survey, pool, machine, words), boots: true }))
    return {
      space: roomOn(survey, machine),
      machine: machine.key,
      accepts: (pool) => machine.isolation !== 'unverified' || pool.isolation.acceptUnverified,
      expect: (pool) => holdFor(pool),
    }
  })
}

function nameWords({ key, state, made }: MadeMachine): string {
  return `machine ${key} (${made.offer}) is ${state} and will have room`
}

function crowdWords({ fleet, state }: MadeMachine, counts: ReadonlyMap<MachineState, number>): string {
  return `${counts.get(state)} machines of fleet ${fleet} are ${state} and will have room`
}

function arrivingHold(survey: Survey, pool: Pool, machine: MadeMachine, reason: string): Hold {
  const etaMs = bootEtaMs(survey, machine)
  const next = `it is placed when the machine is ready, ${etaWords(etaMs)}`
  return { code: 'machine-coming', pool: pool.name, reason, next, etaMs }
}

function shareByImage(make: (pool: Pool, image: string) => Expected): (pool: Pool, image: string) => Expected {
  const ofPool = once((pool: Pool) => once((image: string) => make(pool, image)))
  return (pool, image) => ofPool(pool)(image)
}
