import { expect, test } from 'vitest'
import { openBench } from '../fakes/service.ts'

test('a queued job gets an agent, runs and leaves nothing behind', async () => {
  const bench = await openBench()
  const job = bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: 30_000 })
  await bench.run(5000)
  expect(job.state).toBe('running')
  await bench.run(60_000)
  expect(job).toMatchObject({ state: 'done', conclusion: 'success', begun: 1 })
  expect(bench.world.containers.size).toBe(0)
  expect(bench.world.runners.size).toBe(0)
  expect(bench.context.state.agents.size).toBe(0)
  expect(bench.world.violations).toEqual([])
})
