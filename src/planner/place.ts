import type { Job } from '../domain/job.ts'
import type { Action } from '../domain/plan.ts'
import type { Pool } from '../domain/pool.ts'
import type { Resources } from '../domain/resources.ts'
import { poolShape } from '../domain/shape.ts'
import type { Lane } from './demand.ts'
import { createLimits } from './limits.ts'
import { noRoomHold } from './no-room.ts'
import { createFinder, obstacle, takeRoom, type Room, type Rooms } from './rooms.ts'
import type { Hold } from './route.ts'
import { shareFairly } from './share.ts'
import { scopeKey, type Survey } from './survey.ts'
import type { WaitTally } from './waits.ts'

/** Where a pool's next container goes, by what it needs; remembered for the length of one plan. */
export interface Placer {
  /** A room taken for one container of the pool, or why there is none. */
  room(pool: Pool, wanted: Resources, image: string): Room | Hold
}

/** Agents for the unmet demand of every lane, fairly shared; what gets none is told why. `cramped`: for lack of room. */
export function placeAgents(
  survey: Survey,
  rooms: Rooms,
  placer: Placer,
  lanes: readonly Lane[],
  waits: WaitTally,
): { started: Action[]; cramped: Lane[] } {
  const started: Action[] = []
  const cramped = new Set<Lane>()
  const limits = createLimits(survey)
  const standbys = new Map(Array.from(rooms.standbys, ([shape, list]) => [shape, [...list]]))
  shareFairly(lanes, (lane, job) => {
    const hold = laneHold(survey, lane) ?? limits.hold(lane, job)
    if (hold) {
      waits.add(job, hold)
      return false
    }
    const standby = lane.binding === 'free' ? standbys.get(poolShape(lane.pool))?.pop() : undefined
    const at = standby ?? placer.room(lane.pool, job.request?.resources ?? lane.pool.resources, imageOf(lane, job))
    if ('code' in at) {
      waits.add(job, at)
      if (at.code === 'machine-full') cramped.add(lane)
      return false
    }
    limits.count(lane, job)
    const machine = 'free' in at ? at.machine.key : at.machine
    waits.add(job, startingNow(machine))
    started.push({
      kind: 'start-agent',
      pool: lane.pool.name,
      source: lane.source,
      scope: lane.scope,
      machine,
      ...(standby && { standby: standby.key }),
      ...(lane.binding === 'fixed' && { job: job.key }),
      reason: standby ? 'a job is queued and a standby container is ready' : `a job is queued and ${machine} has room`,
    })
    return true
  })
  return { started, cramped: [...cramped] }
}

export function imageOf(lane: Pick<Lane, 'pool' | 'binding'>, job: Job): string {
  return lane.binding === 'fixed' ? (job.request?.image ?? lane.pool.image) : lane.pool.image
}

function startingNow(machine: string): Hold {
  return {
    code: 'starting',
    reason: `an agent is being started on ${machine}`,
    next: 'an agent takes it as soon as it has connected',
  }
}

/** What holds up a whole lane: its pool or its scope is in trouble, or the service is leaving. */
export function laneHold(survey: Survey, lane: Pick<Lane, 'pool' | 'source' | 'scope'>): Hold | undefined {
  if (survey.snapshot.draining)
    return { code: 'no-machine', reason: 'Slipway is draining', next: 'it is placed after the next start' }
  const trouble =
    survey.backoffs.get(`pool:${lane.pool.name}`) ??
    survey.backoffs.get(`scope:${scopeKey(lane.source, lane.scope)}`) ??
    survey.backoffs.get(`source:${lane.source}`)
  if (!trouble) return undefined
  const broken = trouble.target.startsWith('pool:') && trouble.failures >= lane.pool.maxFailures
  const etaMs = trouble.until - survey.now
  return {
    code: broken ? 'pool-broken' : 'backing-off',
    pool: lane.pool.name,
    reason: broken
      ? `pool ${lane.pool.name} is broken: ${trouble.failures} agents in a row failed to start or register (${trouble.error})`
      : `${trouble.target} is in trouble: ${trouble.error}`,
    next: `tried again in ${Math.ceil(etaMs / 1000)} s`,
    etaMs,
  }
}

export function createPlacer(survey: Survey, rooms: Rooms): Placer {
  const finders = new Map<string, () => Room | undefined>()
  const holds = new Map<string, Hold>()
  return {
    room(pool, wanted, image) {
      const id = `${pool.name}|${image}|${wanted.milliCpu}|${wanted.memory}|${wanted.disk}`
      const known = holds.get(id)
      if (known) return known
      for (const fleet of pool.fleets) {
        const finder = finders.get(`${id}|${fleet}`) ?? createFinder(usable(survey, rooms, pool, image, fleet), wanted)
        finders.set(`${id}|${fleet}`, finder)
        const room = finder()
        if (!room) continue
        takeRoom(room, wanted)
        return room
      }
      const hold = noRoomHold(survey, rooms, pool, wanted, image)
      holds.set(id, hold)
      return hold
    },
  }
}

function usable(survey: Survey, rooms: Rooms, pool: Pool, image: string, fleet: string): readonly Room[] {
  return (rooms.byFleet.get(fleet) ?? []).filter((room) => !obstacle(survey, pool, room.machine, image))
}
