import { describe, expect, test } from 'vitest'
import type { Job } from '../../src/domain/jobs/job.ts'
import { ImageUnavailable, Refused, Transient } from '../../src/domain/errors.ts'
import { aPushPool, leftovers, minute, nothing, openPushBench, push, stateOf, work } from '../fakes/pushed.ts'

describe('a pushed job', () => {
  test('runs in a container of its own, and its exit code is its result', async () => {
    const bench = await openPushBench()
    const good = await push(bench, work('good', 20_000))
    const bad = await push(bench, work('bad', 20_000, 3))
    await bench.run(10_000)
    const running = await stateOf(bench, good)
    expect(running).toMatchObject({ state: 'running', startedAt: expect.any(Number) })
    expect(bench.world.containers.size).toBe(2)
    await bench.run(minute)
    expect(await stateOf(bench, good)).toMatchObject({ state: 'done', conclusion: 'success', exitCode: 0 })
    expect(await stateOf(bench, bad)).toMatchObject({ state: 'done', conclusion: 'failure', exitCode: 3 })
    expect(bench.world.work.get('good')).toEqual({ begun: 1, ended: 0 })
    expect(bench.world.violations).toEqual([])
    expect(leftovers(bench)).toEqual(nothing)
  })

  test('is counted as running while it runs, and waits for nothing', async () => {
    const bench = await openPushBench()
    await push(bench, work('w', 20_000))
    await bench.run(10_000)
    const status = await bench.operations.status()
    expect(status.jobs).toEqual({ waiting: 0, queued: 0, running: 1, done: 0 })
    expect(status.waits).toEqual([])
  })

  test('keeps its last output after its container is gone', async () => {
    const bench = await openPushBench()
    const job = await push(bench, work('w', 5000))
    await bench.run(minute)
    const { agent } = (await stateOf(bench, job)) ?? {}
    expect(await bench.operations.tail(job.key)).toBe(`output of ${agent}`)
  })

  test('that goes beyond its timeout is ended, and says so', async () => {
    const bench = await openPushBench()
    const job = await push(bench, work('slow', 30 * minute, 0, { timeoutMs: minute }))
    await bench.run(59_000)
    expect((await stateOf(bench, job))?.state).toBe('running')
    await bench.run(30_000)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'timed_out' })
    expect(bench.world.work.get('slow')).toEqual({ begun: 1, ended: 'cut' })
    expect(leftovers(bench)).toEqual(nothing)
  })

  test('waits its turn when there is no room, oldest first', async () => {
    const bench = await openPushBench({ machines: ['m1'] })
    const jobs: Job[] = []
    for (let i = 0; i < 6; i++) {
      jobs.push(await push(bench, work(`w${i}`, minute)))
      await bench.run(1000)
    }
    const states = async () => Promise.all(jobs.map(async (job) => (await stateOf(bench, job))?.state))
    expect(await states()).toEqual(['running', 'running', 'running', 'running', 'queued', 'queued'])
    await bench.run(70_000)
    expect(await states()).toEqual(['done', 'done', 'done', 'done', 'running', 'running'])
  })
})

describe('a cancel', () => {
  test('before an agent is made: the job is over at once and nothing starts', async () => {
    const bench = await openPushBench({ machines: [] })
    const job = await push(bench, work('w', minute))
    await bench.run(2000)
    expect(await bench.operations.cancel(job.key, 'ann')).toMatchObject({ state: 'done', conclusion: 'cancelled' })
    bench.machines.push('m1')
    await bench.run(minute)
    expect(bench.world.work.size).toBe(0)
  })

  test('while its agent starts: the command never begins', async () => {
    const bench = await openPushBench()
    bench.faults.next.set('prepare', [new Transient('slow'), new Transient('slow')])
    const job = await push(bench, work('w', minute))
    await bench.run(1000, 100)
    expect((await stateOf(bench, job))?.agent).toBeDefined()
    await bench.operations.cancel(job.key, 'ann')
    await bench.run(minute)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'cancelled' })
    expect(bench.world.work.size).toBe(0)
    expect(leftovers(bench)).toEqual(nothing)
  })

  test('while it runs: it is ended', async () => {
    const bench = await openPushBench()
    const job = await push(bench, work('w', 10 * minute))
    await bench.run(10_000)
    await bench.operations.cancel(job.key, 'ann')
    await bench.run(10_000)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'cancelled' })
    expect(bench.world.work.get('w')).toEqual({ begun: 1, ended: 'cut' })
  })

  test('while a failed agent is cleared away: no other is made', async () => {
    const bench = await openPushBench()
    bench.faults.next.set('prepare', [new Refused('bad command')])
    bench.faults.next.set('remove', [new Transient('slow')])
    const job = await push(bench, work('w', minute))
    await bench.run(500, 100)
    expect([...bench.context.state.agents.values()]).toMatchObject([{ state: 'ending' }])
    await bench.operations.cancel(job.key, 'ann')
    await bench.run(minute)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'cancelled' })
    expect(bench.world.work.size).toBe(0)
  })

  test('of one that is over changes nothing', async () => {
    const bench = await openPushBench()
    const job = await push(bench, work('w', 1000))
    await bench.run(minute)
    expect(await bench.operations.cancel(job.key, 'ann')).toMatchObject({ state: 'done', conclusion: 'success' })
  })
})

describe('a pushed job whose container can not start', () => {
  test('is tried a few times, then is over with a failure', async () => {
    const bench = await openPushBench()
    const fault = () => new Refused('no such program')
    bench.faults.next.set('prepare', Array.from({ length: 10 }, fault))
    const job = await push(bench, work('w', 1000))
    await bench.run(5 * minute)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'failure', failedStarts: 3 })
    expect(bench.faults.next.get('prepare')).toHaveLength(7)
    expect(leftovers(bench)).toEqual(nothing)
  })

  test('holds up no other job of its pool', async () => {
    const bench = await openPushBench()
    bench.faults.missing.add('tool:1')
    await push(bench, work('bad', 1000, 0, { image: 'tool:1' }))
    await bench.run(20_000)
    const job = await push(bench, work('good', 1000))
    await bench.run(5000)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'success' })
  })

  test('because its image is nowhere to be had: told why, tried a few times, then over with a failure', async () => {
    const bench = await openPushBench()
    bench.faults.missing.add('tool:1')
    const job = await push(bench, work('w', 1000, 0, { image: 'tool:1' }))
    await bench.run(2000)
    const explained = await bench.operations.explain(job.key)
    expect(explained?.words.at(-1)).toContain("Image tool:1 can't be had on m1: no such image: tool:1")
    await bench.run(10 * minute, 5000)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'failure' })
    expect((await bench.operations.explain(job.key))?.history.map((entry) => entry.reason).join()).toContain('tool:1')
    expect(leftovers(bench)).toEqual(nothing)
  })

  test('because its image vanished between two looks: tried again once it is back', async () => {
    const bench = await openPushBench()
    bench.faults.next.set('prepare', [new ImageUnavailable('no such image: agent')])
    const job = await push(bench, work('w', 1000))
    await bench.run(minute)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(bench.world.work.get('w')?.begun).toBe(1)
  })
})

describe('a pushed job whose host fails', () => {
  test('is lost with a machine that left for good, and is not run again', async () => {
    const bench = await openPushBench({ machines: ['m1', 'm2'] })
    const job = await push(bench, work('w', 10 * minute))
    await bench.run(10_000)
    const on = bench.context.state.containers.values().next().value?.machine ?? ''
    bench.faults.silent.add(on)
    await bench.run(30_000)
    expect((await stateOf(bench, job))?.state).toBe('running')
    bench.machines.splice(bench.machines.indexOf(on), 1)
    await bench.run(minute)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'lost' })
    expect(bench.world.work.get('w')?.begun).toBe(1)
  })

  test('is lost when its container is killed', async () => {
    const bench = await openPushBench()
    const job = await push(bench, work('w', 10 * minute))
    await bench.run(10_000)
    bench.world.killMachine('m1')
    await bench.run(10_000)
    expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'lost' })
    expect(bench.world.work.get('w')?.begun).toBe(1)
  })
})

test("the limit per repository is exact where the agent is the job's", async () => {
  const limits = { agents: 9, perScope: 9, perRepository: 2 }
  const bench = await openPushBench({ pools: [aPushPool({ limits })] })
  for (let i = 0; i < 4; i++) await push(bench, work(`a${i}`, minute))
  await push(bench, work('b', minute, 0, { repository: 'acme/b' }))
  await bench.run(10_000)
  expect([...bench.world.work.keys()].sort()).toEqual(['a0', 'a1', 'b'])
  expect(bench.reconciler.plan()?.waits).toMatchObject([{ code: 'repository-limit', count: 2 }])
})

test('a job that ended in time while the service was down has not timed out', async () => {
  const bench = await openPushBench()
  const job = await push(bench, work('w', 30_000, 0, { timeoutMs: minute }))
  await bench.run(10_000)
  await bench.reconciler.stop()
  await bench.clock.advance(10 * minute)
  await bench.crash()
  await bench.run(30_000)
  expect(await stateOf(bench, job)).toMatchObject({ state: 'done', conclusion: 'success', exitCode: 0 })
})
