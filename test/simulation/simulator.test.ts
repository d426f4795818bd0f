import { expect, test } from 'vitest'
import { makeHistory } from '../../src/simulator/history/make-history.ts'
import { simulate } from '../../src/simulator/simulate.ts'
import { soak } from '../../src/simulator/soak.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'
import { silentLogger } from '../fakes/ports.ts'

test.each([3, 17, 40])('the history of seed %i always takes the same course', async (seed) => {
  const run = () => simulate(makeHistory(seed), { store: createMemoryStore(), logger: silentLogger })
  const [first, second] = [await run(), await run()]
  expect(second.notes).toEqual(first.notes)
  expect(second.events).toBe(first.events)
  expect(first.notes.length).toBeGreaterThan(5)
})

test('a broken promise is told with its seed, and its history is cut down to what matters', async () => {
  const told: string[] = []
  const { failures } = await soak({
    seeds: [11],
    // It has forgotten every job by the time that it is asked what came of them.
    newStore: () => ({ ...createMemoryStore(), get: async () => undefined }),
    logger: silentLogger,
    mostFailures: 1,
    onFailure: (words) => told.push(words),
  })
  expect(failures).toEqual([11])
  expect(told[0]).toContain('npm run soak -- --seed 11')
  expect(told[0]).toMatch(/shrunk from \d+ happenings to 1:/)
  expect(told[0]).toMatch(/truth: job j1 is done/)
  expect(told[0]).toMatch(/start-agent agent:\w+ done/)
})
