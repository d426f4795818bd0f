import type { Pool } from '../../../domain/pool.ts'
import type { Lack } from '../../holding/warm.ts'
import type { Survey } from '../../survey.ts'
import type { Ask } from '../growing/ask.ts'
import type { Growth } from '../growing/grow.ts'
import { elasticFleet } from '../life.ts'
import type { Expectations } from './expectations.ts'

/** Gathers what is to be held ahead and has no room: it waits for machines that come, and asks for what is missing. */
export function createWarmAsks(survey: Survey, expectations: Expectations, growth: Growth) {
  const asks = new Map<string, Ask>()
  const lack: Lack = (pool, what) => {
    if (!canGrow(survey, pool) || expectations.take(pool, pool.resources, pool.image)) return
    const id = `${what} ${pool.name}`
    const count = (asks.get(id)?.count ?? 0) + 1
    asks.set(id, { pool, what, count, wanted: pool.resources, image: pool.image })
  }
  return { lack, ask: (): void => void growth.ask([...asks.values()]) }
}

function canGrow(survey: Survey, pool: Pool): boolean {
  return pool.fleets.some((name) => elasticFleet(survey, name) !== undefined)
}
