import { describe, expect, test } from 'vitest'
import { NotFound, Refused, Transient } from '../../src/domain/errors.ts'
import { createFakeClock } from '../fakes/clock.ts'
import { openBench, owner, type Bench } from '../fakes/service.ts'

const minute = 60_000
const day = 86_400_000
const work = { repository: 'acme/a', labels: ['linux'], durationMs: 20_000 }

/** The one job there is, by its key. */
async function jobOf(bench: Bench) {
  const [job] = await bench.store.jobs({ limit: 1 })
  return job?.key ?? ''
}

async function logText(bench: Bench, job: string): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of await bench.operations.log(job)) parts.push(part)
  return Buffer.concat(parts).toString()
}

describe('a log that is archived', () => {
  test('is whole, tells whose it is, and explain names it', async () => {
    const bench = await openBench({ archive: {} })
    bench.world.submit(work)
    await bench.run(minute)
    expect(bench.world.containers.size).toBe(0)
    const [name = ''] = bench.archive.logs.keys()
    expect(name).toMatch(new RegExp(`^${owner}/\\d{4}-\\d\\d-\\d\\d/github/acme/a/j1-1-[a-z0-9]+\\.log$`))
    const text = bench.archive.logs.get(name)?.toString() ?? ''
    const agent = /-([a-z0-9]+)\.log$/.exec(name)?.[1]
    expect(text).toContain(`[slipway] agent    ${agent} of pool linux on machine `)
    expect(text).toContain('[slipway] job      github/j1/1 (ci / j1) of acme/a\n')
    expect(text).toContain('finished: exit code 0\n')
    expect(text).toMatch(new RegExp(`\\n\\noutput of ${agent}\\n$`))
    const explained = await bench.operations.explain(await jobOf(bench))
    expect(explained?.log).toEqual({
      name,
      state: 'kept',
      url: `https://archive.example.com/${name}`,
      bytes: text.length,
    })
    expect(explained?.history.map(({ kind, outcome }) => `${kind} ${outcome}`)).toContain('archive-log done')
    expect(await logText(bench, await jobOf(bench))).toBe(text)
    expect(await bench.operations.tail(await jobOf(bench))).toBe(`output of ${agent}`)
  })

  test('an agent without a job has one too; a container that was never activated has none', async () => {
    const bench = await openBench({ archive: {}, machines: ['m1'] })
    bench.pools = bench.pools.map((pool) => ({ ...pool, warm: { agents: 1, standby: 1 } }))
    await bench.run(10_000)
    bench.pools = bench.pools.map((pool) => ({ ...pool, warm: { agents: 0, standby: 0 } }))
    await bench.run(5 * minute)
    expect(bench.world.containers.size).toBe(0)
    expect([...bench.archive.logs.keys()]).toEqual([expect.stringMatching(/\/github\/no-job\/[a-z0-9]+\.log$/)])
  })

  test('without an archive nothing is read and nothing is expected', async () => {
    const bench = await openBench()
    bench.faults.next.set('log', [new Transient('must not be asked')])
    bench.world.submit(work)
    await bench.run(minute)
    const job = await jobOf(bench)
    expect((await bench.operations.explain(job))?.log).toBeUndefined()
    await expect(bench.operations.log(job)).rejects.toBeInstanceOf(NotFound)
    expect(bench.faults.next.get('log')).toHaveLength(1)
    expect(bench.archive.asked).toEqual([])
  })
})

describe('an archive in trouble', () => {
  test('a lost answer, and a short outage: tried again under the same name until it is kept', async () => {
    const bench = await openBench({ archive: {} })
    bench.faults.next.set('put', ['after'])
    bench.world.submit(work)
    await bench.run(22_000)
    await bench.run(20_000)
    expect(bench.archive.asked).toHaveLength(2)
    expect(new Set(bench.archive.asked).size).toBe(1)
    expect((await bench.operations.explain(await jobOf(bench)))?.log?.state).toBe('kept')
    bench.archive.mode = 'fails'
    bench.world.submit(work)
    await bench.run(40_000)
    expect(bench.archive.logs.size).toBe(1)
    expect(bench.world.containers.size).toBe(1)
    bench.archive.mode = 'works'
    await bench.run(40_000)
    expect(bench.archive.logs.size).toBe(2)
    expect(bench.world.containers.size).toBe(0)
  })

  test.each(['fails', 'hangs'] as const)(
    'one that %s holds up a removal for its patience and no longer',
    async (mode) => {
      const bench = await openBench({ archive: {} })
      bench.archive.mode = mode
      const job = bench.world.submit(work)
      await bench.run(25_000)
      expect(job.state).toBe('done')
      expect(bench.world.containers.size).toBe(1)
      await bench.run(60_000)
      expect(bench.world.containers.size).toBe(0)
      expect(bench.context.state.agents.size).toBe(0)
      const explained = await bench.operations.explain(await jobOf(bench))
      expect(explained?.log).toMatchObject({
        state: 'lost',
        detail: expect.stringContaining('did not take it in time'),
      })
      expect(explained?.history[0]).toBeDefined()
      const lost = await bench.store.journal({ kind: 'archive-log', limit: 10 })
      expect(lost).toMatchObject([{ outcome: 'failed' }])
      await expect(bench.operations.log(await jobOf(bench))).rejects.toThrow(/was lost: the archive did not take it/)
      expect(bench.context.backoffs.list()).toMatchObject([{ target: 'archive' }])
    },
  )

  test.each(['fails', 'hangs'] as const)(
    'one that %s for long holds up hardly anything, and is noticed when it is back',
    async (mode) => {
      const bench = await openBench({ archive: {}, machines: ['m1'] })
      bench.archive.mode = mode
      const jobs = Array.from({ length: 40 }, () => bench.world.submit({ ...work, durationMs: 5000 }))
      // Four at a time of 5 s each: 50 s of work, and the patience twice.
      await bench.run(3.5 * minute)
      expect(jobs.filter((job) => job.state === 'done')).toHaveLength(40)
      expect(bench.world.containers.size).toBeLessThanOrEqual(4)
      await bench.run(2 * minute)
      expect(bench.world.containers.size).toBe(0)
      bench.archive.mode = 'works'
      await bench.run(10 * minute)
      for (let count = 0; count < 3; count++) {
        bench.world.submit(work)
        await bench.run(minute)
      }
      expect(bench.archive.logs.size).toBe(3)
    },
  )

  test('a log that it refuses for ever is lost alone, at once', async () => {
    const bench = await openBench({ archive: {} })
    bench.faults.next.set('put', [new Refused('no such log')])
    bench.world.submit(work)
    await bench.run(25_000)
    expect(bench.world.containers.size).toBe(0)
    expect((await bench.operations.explain(await jobOf(bench)))?.log).toMatchObject({
      state: 'lost',
      detail: 'no such log',
    })
    expect((await bench.operations.status()).backoffs).toEqual([])
  })

  test('an engine that fails while it is read is no fault of the archive', async () => {
    const bench = await openBench({ archive: {}, machines: ['m1'] })
    bench.faults.next.set('log', [new Transient('m1 does not answer')])
    bench.world.submit(work)
    await bench.run(21_000)
    expect((await bench.operations.status()).backoffs.map(({ target }) => target)).not.toContain('archive')
    await bench.run(30_000)
    expect(bench.archive.logs.size).toBe(1)
  })

  test('a container that is gone has no log; one whose machine is gone neither, and neither waits for it', async () => {
    const bench = await openBench({ archive: {}, machines: ['m1'] })
    bench.world.submit({ ...work, durationMs: 10 * minute })
    await bench.run(10_000)
    bench.world.killMachine('m1')
    await bench.run(20_000)
    expect(bench.context.state.agents.size).toBe(0)
    const [lost] = await bench.store.journal({ kind: 'archive-log', limit: 10 })
    expect(lost).toMatchObject({ outcome: 'failed', reason: 'its container was gone' })
    expect(bench.archive.logs.size).toBe(0)
  })
})

test('killed at any step, the log is in the archive once, and nothing is left', { timeout: 60_000 }, async () => {
  const steps: string[] = []
  const live = async (killAt: number): Promise<void> => {
    const bench = await openBench({ archive: {}, machines: ['m1'] })
    let at = 0
    bench.faults.onStep = (step) => {
      if (killAt < 0) steps.push(step)
      if (at++ === killAt) void bench.crash()
    }
    const job = bench.world.submit({ ...work, durationMs: 7000 })
    await bench.run(20_000)
    bench.faults.onStep = undefined
    await bench.run(6 * minute, 10_000)
    const where = `step ${killAt}: ${steps[killAt]}`
    expect(job, where).toMatchObject({ state: 'done', begun: 1 })
    expect(bench.world.containers.size, where).toBe(0)
    const log = (await bench.operations.explain(await jobOf(bench)))?.log
    expect(log, where).toMatchObject({ state: 'kept' })
    // Of agents that were started in vain there may be logs of their own.
    expect(
      [...bench.archive.logs.keys()].filter((name) => name.includes('/acme/a/')),
      where,
    ).toEqual([log?.name])
  }
  await live(-1)
  expect(steps).toContain('after put')
  for (const step of steps.keys()) await live(step)
})

test('retention: a log goes when its day is older, and not before', async () => {
  const clock = createFakeClock(Date.parse('2026-11-24T23:58:00Z'))
  const bench = await openBench({ clock, archive: { retentionMs: 60 * minute } })
  bench.world.submit(work)
  await bench.run(minute)
  expect([...bench.archive.logs.keys()]).toEqual([expect.stringContaining('/2026-11-24/')])
  await bench.run(60 * minute, minute)
  expect(clock.wall()).toBeLessThan(Date.parse('2026-11-25T01:00:00Z'))
  expect(bench.archive.logs.size).toBe(1)
  await bench.run(15 * minute, minute)
  expect(bench.archive.logs.size).toBe(0)
})

test('a clock that is set ahead throws no log away', async () => {
  const bench = await openBench({ archive: { retentionMs: 2 * day } })
  bench.world.submit(work)
  await bench.run(minute)
  bench.clock.jump(400 * day)
  await bench.run(30 * minute, minute)
  expect(bench.archive.logs.size).toBe(1)
})
