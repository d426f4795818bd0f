import type { Pool } from '../../../domain/pool.ts'
import type { Resources } from '../../../domain/resources.ts'
import { createFinder, hasRoom, takeRoom, type Rooms } from '../../placing/rooms.ts'
import type { Survey } from '../../survey.ts'
import type { Expected, Source } from './source.ts'
import { arrivingSources, preparingSources } from './sources.ts'

/** Room that will be there soon without anybody doing more about it: it is counted before machines are asked for. */
export interface Expectations {
  /** Takes room for one container of the pool, in its order of fleets; undefined where there is none. */
  take(pool: Pool, wanted: Resources, image: string): Expected | undefined
  /** Room on a machine that this plan asks for. */
  add(fleet: string, source: Source): void
  /** Machines on which something is expected: they are not idle. */
  readonly used: ReadonlySet<string>
}

export function createExpectations(survey: Survey, rooms: Rooms): Expectations {
  const byFleet = new Map<string, Source[]>()
  const finders = new Map<Pool, Map<string, Finders>>()
  const used = new Set<string>()

  function sourcesOf(fleet: string): Source[] {
    const sources = byFleet.get(fleet) ?? [...preparingSources(survey, rooms, fleet), ...arrivingSources(survey, fleet)]
    byFleet.set(fleet, sources)
    return sources
  }

  function findersOf(pool: Pool, wanted: Resources, image: string): Finders {
    const ofPool = finders.get(pool) ?? new Map<string, Finders>()
    finders.set(pool, ofPool)
    const usual = wanted === pool.resources && image === pool.image
    const id = usual ? '' : `${image} ${wanted.milliCpu} ${wanted.memory} ${wanted.disk}`
    const fits = (source: Source) => hasRoom(source.space, wanted) && source.accepts(pool, image)
    const made = ofPool.get(id) ?? pool.fleets.map((fleet) => createFinder(sourcesOf(fleet), fits))
    ofPool.set(id, made)
    return made
  }

  return {
    used,
    take(pool, wanted, image) {
      for (const find of findersOf(pool, wanted, image)) {
        const source = find()
        if (!source) continue
        takeRoom(source.space, wanted)
        if (source.machine !== undefined) used.add(source.machine)
        return source.expect(pool, image)
      }
      return undefined
    },
    add: (fleet, source) => void sourcesOf(fleet).push(source),
  }
}

type Finders = readonly (() => Source | undefined)[]
