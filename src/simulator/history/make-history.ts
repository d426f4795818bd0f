import { createRandom } from '../random.ts'
import type { History } from './history.ts'
import { makeMoments } from './make-moments.ts'
import { makeSetup } from './make-setup.ts'

/** A history that follows from the seed alone. */
export function makeHistory(seed: number): History {
  const random = createRandom(seed).fork('history')
  const setup = makeSetup(random.fork('setup'))
  const amount = { jobs: random.whole(1, 24), faults: random.whole(0, 12), ms: random.whole(120_000, 900_000) }
  const moments = makeMoments(random.fork('moments'), setup, amount)
  return { seed, setup, moments, faultsUntil: amount.ms + 60_000 }
}
