import type { Job } from '../../../domain/jobs/job.ts'
import type { Pool } from '../../../domain/pool.ts'
import type { Resources } from '../../../domain/resources.ts'
import { shareFairly } from '../../demand/share.ts'
import type { Hold } from '../../demand/route.ts'
import type { Lane } from '../../lane.ts'
import type { Limits } from '../../placing/limits.ts'
import { imageOf, resourcesOf } from '../../placing/place.ts'
import type { Survey } from '../../survey.ts'
import type { WaitTally } from '../../waits.ts'
import type { Ask } from '../growing/ask.ts'
import type { Growth } from '../growing/grow.ts'
import { bootMsOf, elasticFleet } from '../life.ts'
import type { Recalls } from '../shrinking/recalls.ts'
import type { Expectations } from './expectations.ts'
import type { SoonRooms } from './soon.ts'

/** Where room may come from. */
export interface Prospects {
  readonly recalls: Recalls
  readonly expectations: Expectations
  readonly soon: SoonRooms
  readonly growth: Growth
}

/** A job that waits for a machine to boot. */
export interface Booting {
  readonly lane: Lane
  readonly job: Job
  readonly hold: Hold
}

/**
 * For the jobs that no machine has room for, fairly shared and within the limits of their pools: room that comes by
 * itself (a machine taken back, one that boots, an agent about to end), and for the rest new machines. All that wait
 * for no boot are told why they wait; the others are given back.
 */
export function awaitRoom(
  survey: Survey,
  { recalls, expectations, soon, growth }: Prospects,
  limits: Limits,
  unplaced: readonly Lane[],
  waits: WaitTally,
): Booting[] {
  const booting: Booting[] = []
  const asks = createAsks()
  shareFairly(unplaced, (lane, job) => {
    const hold = limits.hold(lane, job)
    if (hold) {
      waits.add(job, hold)
      return false
    }
    limits.count(lane, job)
    const { pool } = lane
    const wanted = resourcesOf(lane, job)
    const image = imageOf(lane, job)
    const back = recalls.take(pool, wanted, image)
    const expected = back ? undefined : expectations.take(pool, wanted, image)
    const early = (back ?? expected) ? undefined : soon.take(pool, wanted, image, bootMsOfPool(survey, pool))
    const own = back ?? expected?.hold ?? early
    if (!own) asks.add(lane, job, wanted, image)
    else if (expected?.boots) booting.push({ lane, job, hold: own })
    else waits.add(job, own)
    return true
  })
  for (const [ask, answers] of growth.ask(asks.list())) {
    const jobs = asks.jobsOf(ask)
    let next = 0
    for (const { hold, boots, count } of answers)
      for (const { lane, job } of jobs.slice(next, (next += count)))
        if (boots) booting.push({ lane, job, hold })
        else waits.add(job, hold)
  }
  return booting
}

/** A machine of the first fleet that can grow would be asked for. */
function bootMsOfPool(survey: Survey, pool: Pool): number {
  const fleet = pool.fleets.find((name) => elasticFleet(survey, name))
  return fleet === undefined ? 0 : bootMsOf(survey, fleet)
}

interface Asker {
  readonly lane: Lane
  readonly job: Job
}

interface Asking {
  readonly pool: Pool
  readonly wanted: Resources
  readonly image: string
  readonly askers: Asker[]
}

/** Jobs that need the same of the same pool, gathered. */
function createAsks() {
  const byPool = new Map<Pool, Map<string, Asking>>()
  const jobsOf = new Map<Ask, readonly Asker[]>()
  return {
    add(lane: Lane, job: Job, wanted: Resources, image: string): void {
      const { pool } = lane
      const ofPool = byPool.get(pool) ?? new Map<string, Asking>()
      byPool.set(pool, ofPool)
      const usual = wanted === pool.resources && image === pool.image
      const id = usual ? '' : `${image} ${wanted.milliCpu} ${wanted.memory} ${wanted.disk}`
      const asking = ofPool.get(id) ?? { pool, wanted, image, askers: [] }
      ofPool.set(id, asking)
      asking.askers.push({ lane, job })
    },
    list(): Ask[] {
      return [...byPool.values()]
        .flatMap((ofPool) => [...ofPool.values()])
        .map(({ askers, ...kind }) => {
          const ask: Ask = { ...kind, count: askers.length, what: 'job' }
          jobsOf.set(ask, askers)
          return ask
        })
    },
    jobsOf: (ask: Ask): readonly Asker[] => jobsOf.get(ask) ?? [],
  }
}
