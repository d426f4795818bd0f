import { describe, expect, test } from 'vitest'
import { aPool } from '../fakes/ports.ts'
import { leftovers, minute, nothing } from '../fakes/pushed.ts'
import { openBench } from '../fakes/service.ts'

const job = { repository: 'acme/a', labels: ['linux'], durationMs: 20_000 }

describe('registrations that we hold no record of', () => {
  test('are removed when they are ours, and only then', async () => {
    const bench = await openBench()
    const ours = 'slipway-test-abcdefghij-1'
    const others = [
      'slipway-test-ci-abcdefghij-1',
      'slipway-test-my-own-runner',
      'slipway-other-abcdefghij-1',
      'build-7',
    ]
    for (const name of [ours, ...others]) bench.world.register(name, ['x'], 'acme')
    await bench.run(minute)
    expect([...bench.world.runners.keys()]).toEqual(others)
    const journal = await bench.store.journal({ kind: 'dismiss-orphan', limit: 10 })
    expect(journal.map(({ reason }) => reason)).toEqual([`registration ${ours} has no agent`])
  })
})

describe('containers that we hold no record of', () => {
  test('are removed', async () => {
    const bench = await openBench()
    bench.world.start('m1', 'lost', 'linux')
    await bench.run(10_000)
    expect(bench.world.containers.size).toBe(0)
  })
})

describe('a container that we hold no record of and that runs a job', () => {
  test('goes on to its end, and is removed then', async () => {
    const bench = await openBench()
    bench.world.start('m1', 'lost', 'linux')
    bench.world.register('of-a-lost-store', ['linux'], 'acme')
    bench.world.activate('lost', 'of-a-lost-store')
    const running = bench.world.submit({ ...job, durationMs: minute })
    await bench.run(30_000)
    expect(bench.world.containers.has('lost')).toBe(true)
    await bench.run(3 * minute)
    expect(running).toMatchObject({ state: 'done', conclusion: 'success', begun: 1 })
    expect(bench.world.containers.has('lost')).toBe(false)
    expect(bench.world.violations).toEqual([])
  })
})

describe('standby containers', () => {
  const pool = aPool({ warm: { agents: 0, standby: 2 } })

  test('are kept at their number, taken over by jobs and made up', async () => {
    const bench = await openBench({ pools: [pool] })
    await bench.run(5000)
    const before = new Set(bench.world.containers.keys())
    expect(before.size).toBe(2)
    const running = bench.world.submit({ ...job, durationMs: minute })
    await bench.run(10_000)
    expect(bench.world.containers.size).toBe(3)
    const body = [...bench.world.containers.values()].find((container) => container.job)
    expect(before.has(body?.key ?? '')).toBe(true)
    await bench.run(2 * minute)
    expect(running).toMatchObject({ state: 'done', begun: 1 })
    expect(bench.world.containers.size).toBe(2)
  })

  test('that die are replaced', async () => {
    const bench = await openBench({ pools: [pool] })
    await bench.run(5000)
    const [first = ''] = bench.world.containers.keys()
    bench.world.kill(first)
    await bench.run(15_000)
    expect(bench.world.containers.size).toBe(2)
    expect(bench.world.containers.has(first)).toBe(false)
  })

  test('of two pools of one shape keep the sum, and do not come and go', async () => {
    const bench = await openBench({ pools: [pool, aPool({ ...pool, name: 'b', warm: { agents: 0, standby: 1 } })] })
    await bench.run(5000)
    const before = [...bench.world.containers.keys()]
    expect(before).toHaveLength(3)
    await bench.run(2 * minute)
    expect([...bench.world.containers.keys()]).toEqual(before)
  })

  test('of a pool that no longer wants any are all gone', async () => {
    const bench = await openBench({ pools: [pool] })
    await bench.run(5000)
    bench.pools = [aPool()]
    await bench.run(10_000)
    expect(leftovers(bench)).toEqual(nothing)
  })
})

describe('warm agents', () => {
  test('wait registered, take the next job at once and are made up', async () => {
    const bench = await openBench({ pools: [aPool({ warm: { agents: 2, standby: 0 } })] })
    await bench.run(5000)
    expect(bench.world.runners.size).toBe(2)
    const quick = bench.world.submit({ ...job, durationMs: minute })
    expect(quick.begun).toBe(1)
    await bench.run(20_000)
    expect(bench.world.runners.size).toBe(3)
    await bench.run(3 * minute)
    expect(bench.world.runners.size).toBe(2)
  })
})
