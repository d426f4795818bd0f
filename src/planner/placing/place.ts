import type { Container } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Action } from '../../domain/plan.ts'
import type { Pool } from '../../domain/pool.ts'
import type { Resources } from '../../domain/resources.ts'
import { poolShape } from '../../domain/shape.ts'
import type { Lane } from '../lane.ts'
import type { Limits } from './limits.ts'
import { noRoomHold } from './no-room.ts'
import { createFinder, hasRoom, isolationHolds, obstacle, takeRoom, type Room, type Rooms } from './rooms.ts'
import type { Hold } from '../demand/route.ts'
import { once } from '../once.ts'
import { createSpread, type Spread } from './spread.ts'
import { shareFairly } from '../demand/share.ts'
import { pushTo, scopeKey, type Survey } from '../survey.ts'
import type { WaitTally } from '../waits.ts'

/** Where a pool's next container goes, by what it needs; remembered for the length of one plan. */
export interface Placer {
  /** A room taken for one container of the pool, for a job of the repository if one is named; or why there is none. */
  room(pool: Pool, wanted: Resources, image: string, repository?: string): Room | Hold
}

/**
 * Agents for the unmet demand of every lane, fairly shared; what gets none is told why. `cramped`: the lanes that lack
 * room, each with the first job that does. `unplaced`: lanes with the jobs that lack room where fleets can grow; these
 * have not been told anything yet.
 */
export function placeAgents(
  survey: Survey,
  rooms: Rooms,
  placer: Placer,
  limits: Limits,
  lanes: readonly Lane[],
  waits: WaitTally,
): Placed {
  const started: Action[] = []
  const cramped = new Map<Lane, Job>()
  const unplaced = createUnplaced(survey)
  const takeStandby = createStandbyStock(survey, rooms)
  const holds = new Map(lanes.map((lane) => [lane, laneHold(survey, lane)]))
  shareFairly(lanes, (lane, job) => {
    const hold = holds.get(lane) ?? limits.hold(lane, job)
    if (hold) {
      waits.add(job, hold)
      return false
    }
    const standby = lane.binding === 'free' ? takeStandby(lane.pool) : undefined
    const at = standby ?? placer.room(lane.pool, resourcesOf(lane, job), imageOf(lane, job), job.repository)
    if ('code' in at) {
      if (!unplaced.add(lane, job)) waits.add(job, at)
      if (at.code === 'machine-full' && !cramped.has(lane)) cramped.set(lane, job)
      return false
    }
    limits.count(lane, job)
    unplaced.count(lane)
    const machine = 'free' in at ? at.machine.key : at.machine
    waits.add(job, startingNow)
    const reason = standby
      ? 'a job is queued and a standby container is ready'
      : `a job is queued and ${machine} has room`
    started.push(startAction(lane, job, machine, reason, standby))
    return true
  })
  return { started, cramped, unplaced: unplaced.lanes() }
}

export interface Placed {
  readonly started: readonly Action[]
  readonly cramped: ReadonlyMap<Lane, Job>
  readonly unplaced: readonly Lane[]
}

/** Jobs without room whose pools have a fleet that can grow. */
function createUnplaced(survey: Survey) {
  const growing = new Set(
    survey.snapshot.pools.filter((pool) => pool.fleets.some((name) => survey.fleets.get(name)?.elastic)),
  )
  const jobs = new Map<Lane, Job[]>()
  const started = new Map<Lane, number>()
  return {
    add(lane: Lane, job: Job): boolean {
      if (!growing.has(lane.pool)) return false
      pushTo(jobs, lane, job)
      return true
    },
    count: (lane: Lane): void => void started.set(lane, (started.get(lane) ?? 0) + 1),
    lanes: (): Lane[] =>
      Array.from(jobs, ([lane, unmet]) => ({ ...lane, unmet, agents: lane.agents + (started.get(lane) ?? 0) })),
  }
}

export function startAction(lane: Lane, job: Job, machine: string, reason: string, standby?: Container): Action {
  return {
    kind: 'start-agent',
    pool: lane.pool.name,
    source: lane.source,
    scope: lane.scope,
    machine,
    ...(standby && { standby: standby.key }),
    ...(lane.binding === 'fixed' && { job: job.key }),
    reason,
  }
}

/** Takes a standby container for a pool: pools of one shape share them, each on the machines that it may use. */
function createStandbyStock(survey: Survey, rooms: Rooms): (pool: Pool) => Container | undefined {
  const lists = new Map(Array.from(rooms.standbys, ([shape, list]) => [shape, [...list]]))
  const byPool = new Map(survey.snapshot.pools.map((pool) => [pool, lists.get(poolShape(pool))]))
  return (pool) => {
    const list = byPool.get(pool) ?? []
    const at = list.findLastIndex((standby) => mayUse(survey, pool, standby.machine))
    return at < 0 ? undefined : list.splice(at, 1)[0]
  }
}

function mayUse(survey: Survey, pool: Pool, key: string): boolean {
  const machine = survey.machines.get(key)
  return machine !== undefined && pool.fleets.includes(machine.fleet) && isolationHolds(pool, machine)
}

export function resourcesOf(lane: Pick<Lane, 'pool' | 'binding'>, job: Job): Resources {
  return lane.binding === 'fixed' ? (job.request?.resources ?? lane.pool.resources) : lane.pool.resources
}

export function imageOf(lane: Pick<Lane, 'pool' | 'binding'>, job: Job): string {
  return lane.binding === 'fixed' ? (job.request?.image ?? lane.pool.image) : lane.pool.image
}

export const startingNow: Hold = {
  code: 'starting',
  reason: 'an agent is being started for it',
  next: 'it is taken as soon as the agent has connected',
}

/** What holds up a whole lane: its pool or its scope is in trouble, or the service is leaving. */
export function laneHold(survey: Survey, lane: Pick<Lane, 'pool' | 'source' | 'scope'>): Hold | undefined {
  if (survey.snapshot.draining)
    return { code: 'no-machine', reason: 'Slipway is draining', next: 'it is placed after the next start' }
  const trouble =
    survey.backoffs.get(`pool:${lane.pool.name}`) ?? survey.backoffs.get(`scope:${scopeKey(lane.source, lane.scope)}`)
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
  const searches = new Map<Pool, Map<string, Search>>()
  const spread = once((of: Rooms) => createSpread(survey, of))
  return {
    room(pool, wanted, image, repository) {
      const ofPool = searches.get(pool) ?? new Map<string, Search>()
      searches.set(pool, ofPool)
      // What a pool's agents need by themselves is asked for most.
      const usual = wanted === pool.resources && image === pool.image
      const id = usual ? '' : `${image} ${wanted.milliCpu} ${wanted.memory} ${wanted.disk}`
      const search = ofPool.get(id) ?? beginSearch(survey, rooms, spread, pool, wanted, image)
      ofPool.set(id, search)
      if (search.hold) return search.hold
      for (const find of search.finders) {
        const room = find(repository)
        if (!room) continue
        takeRoom(room, wanted)
        return room
      }
      search.hold = noRoomHold(survey, rooms, pool, wanted, image)
      return search.hold
    },
  }
}

/** The pool's fleets in its order of preference, each searched from where the last container of the kind went. */
interface Search {
  readonly finders: readonly ((repository?: string) => Room | undefined)[]
  /** Set once all of them are full: what does not fit now won't fit later in the same plan. */
  hold?: Hold
}

function beginSearch(
  survey: Survey,
  rooms: Rooms,
  spread: (of: Rooms) => Spread,
  pool: Pool,
  wanted: Resources,
  image: string,
): Search {
  const fits = (room: Room) => hasRoom(room, wanted)
  const finders = pool.fleets.map((fleet) => {
    const candidates = usable(survey, rooms, pool, image, fleet)
    const fullest = createFinder(candidates, fits)
    if (survey.fleets.get(fleet)?.spread !== 'repository') return fullest
    return (repository?: string) => {
      if (repository === undefined) return fullest()
      const room = spread(rooms).find(candidates, wanted, repository)
      if (room) spread(rooms).count(room, repository)
      return room
    }
  })
  return { finders }
}

function usable(survey: Survey, rooms: Rooms, pool: Pool, image: string, fleet: string): readonly Room[] {
  return (rooms.byFleet.get(fleet) ?? []).filter((room) => !obstacle(survey, pool, room.machine, image))
}
