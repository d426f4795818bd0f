import { expect, test } from 'vitest'
import { openBench, type Bench } from '../fakes/service.ts'
import { leftovers, minute, nothing, openPushBench, push, stateOf, work } from '../fakes/pushed.ts'

/** Runs the life once unharmed, to learn its steps, then once for each step, killed there. */
async function killAtEachStep(open: () => Promise<Bench>, live: (bench: Bench, killed: string) => Promise<void>) {
  const steps: string[] = []
  const whole = await open()
  whole.faults.onStep = (step) => steps.push(step)
  await live(whole, 'nowhere')
  for (const [index, killed] of steps.entries()) {
    const bench = await open()
    let at = 0
    bench.faults.onStep = () => void (at++ === index && bench.crash())
    await live(bench, `${killed}, step ${index}`)
  }
  return steps
}

test.each([7000, 0])(
  'killed at any step, a pushed job of %i ms still runs exactly once and nothing is left',
  { timeout: 60_000 },
  async (ms) => {
    const steps = await killAtEachStep(
      async () => {
        const bench = await openPushBench({ machines: ['m1'] })
        await push(bench, work('w', ms, 3))
        return bench
      },
      async (bench, killed) => {
        const [job] = [...bench.context.state.jobs.values()]
        await bench.run(20_000)
        bench.faults.onStep = undefined
        await bench.run(4 * minute, 10_000)
        expect(bench.world.violations, killed).toEqual([])
        expect(bench.world.work.get('w'), killed).toEqual({ begun: 1, ended: 3 })
        expect(job && (await stateOf(bench, job)), killed).toMatchObject({
          state: 'done',
          conclusion: 'failure',
          exitCode: 3,
        })
        expect(leftovers(bench), killed).toEqual(nothing)
      },
    )
    expect(steps).toContain('after activate')
  },
)

test('killed at any step, a queued job still runs exactly once and nothing is left', { timeout: 60_000 }, async () => {
  const steps = await killAtEachStep(
    () => openBench({ machines: ['m1'] }),
    async (bench, killed) => {
      const job = bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: 7000 })
      await bench.run(20_000)
      bench.faults.onStep = undefined
      await bench.run(6 * minute, 10_000)
      expect(bench.world.violations, killed).toEqual([])
      expect(job, killed).toMatchObject({ state: 'done', conclusion: 'success', begun: 1 })
      expect(leftovers(bench), killed).toEqual(nothing)
    },
  )
  expect(steps).toContain('after activate')
})
