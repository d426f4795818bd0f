import { describe, expect, test } from 'vitest'
import { aPool } from '../fakes/ports.ts'
import { openBench } from '../fakes/service.ts'

const minute = 60_000
const job = { repository: 'acme/a', labels: ['linux'], durationMs: 20_000 }

describe('webhooks', () => {
  test('a lost one: the queue is re-read and the job runs', async () => {
    const bench = await openBench()
    const lost = bench.world.submit(job)
    bench.mail.length = 0
    await bench.run(3 * minute)
    expect(lost).toMatchObject({ state: 'done', begun: 1 })
  })

  test('a doubled one makes no second agent', async () => {
    const bench = await openBench()
    bench.world.submit({ ...job, durationMs: minute })
    const [event] = bench.mail
    await bench.deliver()
    if (event) await bench.hand(event)
    await bench.run(10_000)
    expect(bench.context.state.agents.size).toBe(1)
  })

  test('in_progress and completed before queued: nothing is started for a job that is over', async () => {
    const bench = await openBench()
    const queued = bench.world.submit(job)
    bench.world.cancel(queued.id)
    const events = bench.mail.splice(0).reverse()
    for (const event of events) await bench.hand(event)
    await bench.run(10_000)
    expect(bench.context.state.agents.size).toBe(0)
    expect(bench.context.state.jobs.size).toBe(0)
  })

  test('a job whose every later event is lost is found to be over', async () => {
    const bench = await openBench()
    bench.world.submit(job)
    await bench.deliver()
    await bench.clock.advance(10_000)
    bench.mail.length = 0
    for (let i = 0; i < 30; i++) {
      await bench.clock.advance(10_000)
      bench.mail.length = 0
    }
    expect(bench.context.state.jobs.size).toBe(0)
    expect(bench.context.state.agents.size).toBe(0)
    expect(bench.world.runners.size).toBe(0)
  })

  test('waiting, then approved: demand only once the source queues it', async () => {
    const bench = await openBench()
    const held = bench.world.submit({ ...job, waiting: true })
    await bench.run(20_000)
    expect(bench.context.state.agents.size).toBe(0)
    expect(bench.reconciler.plan()?.waits[0]).toMatchObject({ code: 'held-by-source', count: 1 })
    bench.world.approve(held.id)
    await bench.run(2 * minute)
    expect(held).toMatchObject({ state: 'done', begun: 1 })
  })

  test('queued and waiting in the wrong order: it counts as demand, is read once, and no agent is left over', async () => {
    const bench = await openBench({ pools: [aPool({ idleTimeoutMs: 10_000 })] })
    const held = bench.world.submit({ ...job, waiting: true })
    const [waiting] = bench.mail.splice(0)
    if (!waiting) throw new Error('no event')
    await bench.hand({ ...waiting, state: 'queued' })
    await bench.hand(waiting)
    await bench.run(3 * minute)
    expect(bench.context.state.jobs.get(`github/${held.id}/1`)).toMatchObject({ state: 'waiting', ambiguous: false })
    expect(bench.context.state.agents.size).toBe(0)
  })

  test('cancelled while its agent starts: the agent takes no job and is dismissed after its idle timeout', async () => {
    const bench = await openBench()
    const cancelled = bench.world.submit(job)
    await bench.deliver()
    bench.world.cancel(cancelled.id)
    await bench.run(4 * minute)
    expect(cancelled.begun).toBe(0)
    expect(bench.world.containers.size).toBe(0)
    expect(bench.world.runners.size).toBe(0)
  })

  test('a job that Slipway never heard of steals the agent: another is made', async () => {
    const bench = await openBench()
    const known = bench.world.submit(job)
    const stolen = bench.world.submit({ ...job, repository: 'acme/b' })
    bench.mail.splice(1)
    await bench.run(4 * minute)
    expect(known).toMatchObject({ state: 'done', begun: 1 })
    expect(stolen).toMatchObject({ state: 'done', begun: 1 })
  })
})
