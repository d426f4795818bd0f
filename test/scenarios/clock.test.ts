import { describe, expect, test } from 'vitest'
import { Throttled } from '../../src/domain/errors.ts'
import type { Change } from '../../src/domain/ports/store.ts'
import { prune } from '../../src/reconciler/upkeep/prune.ts'
import { aPool } from '../fakes/ports.ts'
import { leftovers, minute, nothing, openPushBench, push, stateOf, work } from '../fakes/pushed.ts'
import { openBench, type Bench } from '../fakes/service.ts'

const hour = 60 * minute
const job = { repository: 'acme/a', labels: ['linux'], durationMs: 20_000 }

const jumps: [string, number][] = [
  ['ahead', 2 * hour],
  ['back', -2 * hour],
]

/** Runs until the condition holds; how many seconds that took. */
async function until(bench: Bench, holds: () => boolean, most = 600): Promise<number> {
  for (let passed = 0; passed < most; passed++) {
    if (holds()) return passed
    await bench.run(1000)
  }
  return Infinity
}

describe.each(jumps)('the wall clock is set two hours %s', (_which, ms) => {
  test('an idle agent still has the rest of its idle time', async () => {
    const bench = await openBench({ pools: [aPool({ idleTimeoutMs: minute, warm: { agents: 1, standby: 0 } })] })
    await bench.run(5000)
    bench.pools = [aPool({ idleTimeoutMs: minute })]
    await bench.run(20_000)
    bench.clock.jump(ms)
    expect(await until(bench, () => bench.world.runners.size === 0)).toBeGreaterThan(30)
    expect(await until(bench, () => bench.world.runners.size === 0)).toBeLessThan(50)
  })

  test('a pushed job still has the rest of its timeout', async () => {
    const bench = await openPushBench()
    const made = await push(bench, work('w', 10 * minute, 0, { timeoutMs: 5 * minute }))
    await bench.run(2 * minute)
    bench.clock.jump(ms)
    const passed = await until(bench, () => bench.context.state.jobs.size === 0)
    expect(passed).toBeGreaterThan(170)
    expect(passed).toBeLessThan(200)
    expect(await stateOf(bench, made)).toMatchObject({ conclusion: 'timed_out' })
  })

  test('an agent that starts still has the rest of its time to register', async () => {
    const bench = await openBench({
      pools: [aPool({ warm: { agents: 1, standby: 0 }, registerTimeoutMs: 2 * minute })],
    })
    await bench.run(5000)
    bench.clock.jump(ms)
    await bench.run(minute)
    expect(await bench.store.journal({ kind: 'dismiss-agent', limit: 5 })).toEqual([])
  })

  test('a backoff ends when it would have ended', async () => {
    const bench = await openBench()
    bench.faults.next.set('admit', [new Throttled('slow down', 2 * minute)])
    const waiting = bench.world.submit(job)
    await bench.run(minute)
    bench.clock.jump(ms)
    const passed = await until(bench, () => waiting.begun > 0)
    expect(passed).toBeGreaterThan(50)
    expect(passed).toBeLessThan(80)
  })

  test('what is read afterwards counts as newer: a job whose end was never told is found to be over', async () => {
    const bench = await openBench()
    bench.world.submit(job)
    await bench.run(5000)
    bench.clock.jump(ms)
    await bench.clock.advance(2000)
    for (let i = 0; i < 18; i++) {
      await bench.clock.advance(10_000)
      bench.mail.length = 0
    }
    expect(leftovers(bench)).toEqual(nothing)
  })

  test('events that disagree afterwards are settled by the next reading', async () => {
    const bench = await openBench({ pools: [aPool({ idleTimeoutMs: 10_000 })] })
    const held = bench.world.submit({ ...job, waiting: true })
    const [waiting] = bench.mail.splice(0)
    if (!waiting) throw new Error('no event')
    await bench.hand({ ...waiting, state: 'queued' })
    await bench.hand(waiting)
    bench.clock.jump(ms)
    await bench.run(minute)
    expect(bench.context.state.jobs.get(`github/${held.id}/1`)).toMatchObject({ state: 'waiting', ambiguous: false })
  })

  test('the journal says so, once', async () => {
    const bench = await openBench()
    bench.clock.jump(ms)
    await bench.run(minute)
    const journal = await bench.store.journal({ kind: 'clock-jumped', limit: 5 })
    expect(journal.map(({ reason }) => reason)).toEqual([`the wall clock jumped by ${ms / 1000} s`])
  })
})

describe('set back while the service was down', () => {
  test('records of the future do not outlast their time', async () => {
    const bench = await openBench({ pools: [aPool({ warm: { agents: 1, standby: 0 } })] })
    bench.world.submit(job)
    await bench.run(10_000)
    await bench.reconciler.stop()
    bench.clock.jump(-5 * hour)
    bench.pools = [aPool()]
    await bench.crash()
    await bench.run(3 * minute)
    expect([...bench.world.jobs.values()]).toMatchObject([{ state: 'done', begun: 1 }])
    expect(leftovers(bench)).toEqual(nothing)
  })
})

describe('history', () => {
  const retention = { jobsMs: 24 * hour, journalMs: 24 * hour, deliveriesMs: 24 * hour, ledgerMs: 24 * hour }

  test('is not thrown away by a clock that was set ahead by a year', async () => {
    const bench = await openBench()
    const done = bench.world.submit(job)
    await bench.run(minute)
    bench.clock.jump(365 * 24 * hour)
    await bench.run(5000)
    await prune(bench.context, retention)
    expect((await bench.operations.job(`github/${done.id}/1`))?.state).toBe('done')
    expect((await bench.store.journal({ limit: 100 })).length).toBeGreaterThan(5)
  })

  test('is thrown away when it is old', async () => {
    const bench = await openBench()
    const done = bench.world.submit(job)
    await bench.run(minute)
    await bench.clock.advance(0)
    expect(await prune(bench.context, { jobsMs: 0, journalMs: 0, deliveriesMs: 0, ledgerMs: 0 })).toBeGreaterThan(5)
    expect(await bench.operations.job(`github/${done.id}/1`)).toBeUndefined()
  })
})

test('a small step passes as it is: nothing is rewritten for it', async () => {
  const bench = await openBench({ pools: [aPool({ warm: { agents: 1, standby: 0 } })] })
  await bench.run(5000)
  const [before] = bench.context.state.agents.values()
  bench.clock.jump(20_000)
  await bench.run(5000)
  expect([...bench.context.state.agents.values()]).toEqual([before])
  expect(await bench.store.journal({ kind: 'clock-jumped', limit: 5 })).toEqual([])
})

test('a store that fails at that moment is caught up with: nothing is moved twice or not at all', async () => {
  const bench = await openBench({ pools: [aPool({ warm: { agents: 2, standby: 1 } })] })
  await bench.run(5000)
  const ages = () => [...bench.context.state.agents.values()].map(({ createdAt }) => bench.clock.wall() - createdAt)
  const before = ages()
  let left = 3
  const store = { ...bench.context.store }
  Object.assign(bench.context.store, {
    commit: (changes: readonly Change[]) => (left-- > 0 ? Promise.reject(new Error('busy')) : store.commit(changes)),
  })
  bench.clock.jump(3 * hour)
  await bench.run(10_000)
  expect(left).toBeLessThan(0)
  expect(ages()).toEqual(before.map((age) => age + 10_000))
})
