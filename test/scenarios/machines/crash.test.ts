import { expect, test } from 'vitest'
import { act, machineOf, openCloudBench, want, wantReady } from '../../fakes/elastic.ts'
import { minute } from '../../fakes/pushed.ts'
import type { Bench } from '../../fakes/service.ts'

/** Where what is done to machines may be cut off: around every commit and every call that changes something. */
const telling = /(commit|create|delete)$/

/** Runs the life once unharmed, to learn its steps, then once for each of them, killed there. */
async function killAtEachStep(live: (bench: Bench, killed: string) => Promise<void>): Promise<string[]> {
  const steps: string[] = []
  const whole = await openCloudBench()
  whole.faults.onStep = (step) => void (telling.test(step) && steps.push(step))
  await live(whole, 'nowhere')
  for (const [index, killed] of steps.entries()) {
    const bench = await openCloudBench()
    let at = 0
    bench.faults.onStep = (step) => void (telling.test(step) && at++ === index && bench.crash())
    await live(bench, `${killed}, step ${index}`)
  }
  return steps
}

test('killed at any step of its making, a machine is made once and gets ready', { timeout: 60_000 }, async () => {
  const steps = await killAtEachStep(async (bench, killed) => {
    await want(bench)
    await bench.run(50_000, 5000)
    bench.faults.onStep = undefined
    await bench.run(minute, 5000)
    // Before it was stored, the intent died with the process.
    const states = [...bench.context.state.machines.values()].map(({ state }) => state)
    expect(states, killed).toEqual(killed === 'before commit, step 0' ? [] : ['ready'])
    expect(bench.cloud.machines.size, killed).toBe(states.length)
  })
  expect(steps).toContain('after create')
})

test('killed at any step of its end, a machine is gone for good', { timeout: 60_000 }, async () => {
  const steps = await killAtEachStep(async (bench, killed) => {
    const { onStep } = bench.faults
    bench.faults.onStep = undefined
    const key = await wantReady(bench)
    bench.faults.onStep = onStep
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'empty' })
    await bench.run(30_000, 5000)
    bench.faults.onStep = undefined
    if (bench.context.state.machines.get(key)?.state === 'ready')
      await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'empty' })
    await bench.run(minute, 5000)
    expect((await machineOf(bench, key))?.state, killed).toBe('gone')
    expect(bench.cloud.machines.size, killed).toBe(0)
  })
  expect(steps).toContain('after delete')
})

test('an operation goes on after a restart: it is polled, not begun again', async () => {
  const bench = await openCloudBench()
  const key = await want(bench)
  await bench.run(5000)
  const operation = bench.context.state.machines.get(key)?.made?.operation
  await bench.crash()
  expect(bench.context.state.machines.get(key)?.made?.operation).toBe(operation)
  await bench.run(minute)
  expect(bench.context.state.machines.get(key)?.state).toBe('ready')
  expect(bench.cloud.asked.get(key)).toBe(1)
})
