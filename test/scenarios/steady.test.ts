import { expect, test } from 'vitest'
import { openBench } from '../fakes/service.ts'

const minute = 60_000

test('an agent whose long job ends is left to end by itself', async () => {
  const bench = await openBench()
  const long = bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: 20 * minute + 1700 })
  await bench.run(19 * minute, 10_000)
  await bench.run(3 * minute)
  expect(long).toMatchObject({ state: 'done', conclusion: 'success', begun: 1 })
  expect(await bench.store.journal({ kind: 'dismiss-agent', limit: 10 })).toEqual([])
  expect(bench.context.state.agents.size).toBe(0)
})
