import type { Agent } from '../../../domain/agent.ts'
import { historyKey } from '../../../domain/jobs/job.ts'
import type { Pool } from '../../../domain/pool.ts'
import { addResources, type Resources } from '../../../domain/resources.ts'
import type { Hold } from '../../demand/route.ts'
import { createFinder, hasRoom, obstacle, takeRoom, type Room, type Rooms, type Space } from '../../placing/rooms.ts'
import { pushTo, type Survey } from '../../survey.ts'
import { etaWords } from '../life.ts'
import { remainingMs } from './predict.ts'

/** Room that running agents are expected to leave before a machine could boot (rule 8). */
export interface SoonRooms {
  /** Takes room for one container that is expected to be free within `withinMs`, or says that there is none. */
  take(pool: Pool, wanted: Resources, image: string, withinMs: number): Hold | undefined
}

interface Ending {
  readonly inMs: number
  readonly resources: Resources
}

/** A machine on which agents are expected to end, with what it has left once the first `passed` of them have. */
interface SoonRoom extends Space {
  readonly room: Room
  readonly endings: readonly Ending[]
  passed: number
}

export function createSoonRooms(survey: Survey, rooms: Rooms): SoonRooms {
  let byFleet: ReadonlyMap<string, SoonRoom[]> | undefined
  const finders = new Map<Pool, Map<string, readonly (() => SoonRoom | undefined)[]>>()
  const holds = new Map<Pool, Hold>()

  function findersOf(pool: Pool, wanted: Resources, image: string, withinMs: number) {
    const ofPool = finders.get(pool) ?? new Map<string, readonly (() => SoonRoom | undefined)[]>()
    finders.set(pool, ofPool)
    const usual = wanted === pool.resources && image === pool.image
    const id = usual ? '' : `${image} ${wanted.milliCpu} ${wanted.memory} ${wanted.disk}`
    const known = ofPool.get(id)
    if (known) return known
    byFleet ??= findSoonRooms(survey, rooms)
    const fits = (soon: SoonRoom) =>
      !obstacle(survey, pool, soon.room.machine, image) && makesRoom(soon, wanted, withinMs)
    const made = pool.fleets.map((fleet) => createFinder(byFleet?.get(fleet) ?? [], fits))
    ofPool.set(id, made)
    return made
  }

  return {
    take(pool, wanted, image, withinMs) {
      for (const find of findersOf(pool, wanted, image, withinMs)) {
        const soon = find()
        if (!soon) continue
        takeRoom(soon, wanted)
        const hold = holds.get(pool) ?? soonHold(pool, soon)
        holds.set(pool, hold)
        return hold
      }
      return undefined
    },
  }
}

/** Lets as many agents end as are needed, one after the other. */
function makesRoom(soon: SoonRoom, wanted: Resources, withinMs: number): boolean {
  while (!hasRoom(soon, wanted)) {
    const ending = soon.endings[soon.passed]
    if (!ending || ending.inMs > withinMs) return false
    soon.free = addResources(soon.free, ending.resources)
    soon.slots++
    soon.passed++
  }
  // What is free without anybody ending would have been taken already.
  return soon.passed > 0
}

/** Those where an agent ends first come first. */
function findSoonRooms(survey: Survey, rooms: Rooms): Map<string, SoonRoom[]> {
  const sizes = new Map(survey.containers.map((container) => [container.key, container.resources]))
  const endings = new Map<string, Ending[]>()
  for (const agents of survey.lanes.values())
    for (const agent of agents) {
      const resources = sizes.get(agent.key)
      const inMs = resources && rooms.byMachine.has(agent.machine) ? endingIn(survey, agent) : undefined
      if (resources && inMs !== undefined) pushTo(endings, agent.machine, { inMs, resources })
    }
  const found = new Map<string, SoonRoom[]>()
  for (const [machine, list] of endings) {
    const room = rooms.byMachine.get(machine)
    if (!room) continue
    list.sort((a, b) => a.inMs - b.inMs)
    pushTo(found, room.machine.fleet, { room, endings: list, free: room.free, slots: room.slots, passed: 0 })
  }
  for (const list of found.values()) list.sort((a, b) => firstEnd(a) - firstEnd(b) || compareKeys(a, b))
  return found
}

function firstEnd({ endings }: SoonRoom): number {
  return endings[0]?.inMs ?? Infinity
}

function compareKeys(a: SoonRoom, b: SoonRoom): number {
  return a.room.machine.key < b.room.machine.key ? -1 : 1
}

function endingIn(survey: Survey, agent: Agent): number | undefined {
  if (agent.state !== 'running' || agent.job === undefined) return undefined
  const job = survey.snapshot.jobs.get(agent.job)
  const durations = job && survey.snapshot.durations.get(historyKey(job))
  if (!durations) return undefined
  return remainingMs(durations, survey.now - (job.startedAt ?? agent.stateAt))
}

function soonHold(pool: Pool, { room, endings, passed }: SoonRoom): Hold {
  const etaMs = Math.max(0, Math.round(endings[passed - 1]?.inMs ?? 0))
  return {
    code: 'room-soon',
    pool: pool.name,
    reason: `agents that run now, the first on ${room.machine.key}, are expected to end before another machine could boot`,
    next: `it is placed when one has ended, the first ${etaWords(etaMs)}`,
    etaMs,
  }
}
