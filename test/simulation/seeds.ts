import { soak } from '../../src/simulator/soak.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'
import { silentLogger } from '../fakes/ports.ts'

/** Histories that `npm test` simulates; `npm run soak` does more. */
export const seedsInAll = 1000

/** Simulates every `of`-th seed, beginning with `first`; what broke a promise, in words. */
export async function failuresOf(first: number, of: number): Promise<string> {
  const seeds = Array.from({ length: seedsInAll / of }, (_, i) => first + i * of)
  const failures: string[] = []
  await soak({
    seeds,
    newStore: createMemoryStore,
    logger: silentLogger,
    mostFailures: 2,
    onFailure: (words) => failures.push(words),
  })
  return failures.join('\n\n')
}
