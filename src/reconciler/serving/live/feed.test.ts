import { describe, expect, test } from 'vitest'
import { act, openCloudBench, wantReady } from '../../../../test/fakes/elastic.ts'
import { anElasticFleet, aPool } from '../../../../test/fakes/ports.ts'
import { minute } from '../../../../test/fakes/pushed.ts'
import { openBench, type Bench } from '../../../../test/fakes/service.ts'
import type { LiveChange, Now } from '../../../domain/console/live.ts'
import { createLiveFeed } from './feed.ts'

const job = { repository: 'acme/a', labels: ['linux'], durationMs: minute }

interface Watched {
  readonly changes: LiveChange[]
  readonly at: number[]
  /** The first picture with every change applied, as the page does it. */
  picture(): Now
  stop(): void
}

async function watch({ operations, clock }: Bench): Promise<Watched> {
  const changes: LiveChange[] = []
  const at: number[] = []
  const stop = operations.watch((change) => {
    changes.push(change)
    at.push(clock.monotonic())
  })
  const first = await operations.now()
  return {
    changes,
    at,
    stop,
    picture: () => changes.filter(({ seq }) => seq > first.seq).reduce(apply, first),
  }
}

function apply(before: Now, { machines = [], gone = [], ...rest }: LiveChange): Now {
  const known = new Map(before.machines.map((machine) => [machine.key, machine]))
  for (const machine of machines) known.set(machine.key, machine)
  for (const key of gone) known.delete(key)
  return { ...before, ...rest, machines: [...known.values()] }
}

/** What depends on neither the moment nor the way: when a machine goes is told in words that are half a minute old. */
function inOrder(now: Now): Now {
  const machines = now.machines.map((machine) => ({ ...machine, goes: undefined }))
  return { ...now, at: 0, seq: 0, machines: machines.toSorted((a, b) => (a.key < b.key ? -1 : 1)) }
}

describe('the picture of now', () => {
  test('shows a queued job, then the agent that runs it on its machine', async () => {
    const bench = await openBench()
    const empty = await bench.operations.now()
    expect(empty).toMatchObject({ owner: 'test', problems: [], jobs: { waiting: 0, queued: 0, running: 0 }, queue: [] })
    expect(empty.machines.map(({ key, state, agents }) => [key, state, agents])).toEqual([
      ['m1', 'ready', []],
      ['m2', 'ready', []],
    ])
    bench.world.submit({ ...job, labels: ['gpu'] })
    bench.world.submit(job)
    await bench.run(5000)
    const now = await bench.operations.now()
    expect(now.jobs).toEqual({ waiting: 0, queued: 1, running: 1 })
    expect(now.queue).toMatchObject([{ source: 'github', scope: 'acme', labels: 'gpu', count: 1, code: 'unserved' }])
    expect(now.queue[0]?.oldestQueuedAt).toBeLessThanOrEqual(now.at)
    const [agent, ...others] = now.machines.flatMap((machine) => machine.agents)
    expect(others).toEqual([])
    expect(agent).toMatchObject({ pool: 'linux', state: 'running', share: 0.25, job: { repository: 'acme/a' } })
    expect(now.pools).toMatchObject([{ name: 'linux', agents: { running: 1 }, limit: 100, recent: { jobs: 1 } }])
    expect(now.pools[0]?.recent.p50Ms).toBeGreaterThan(0)
    expect(now.fleets).toMatchObject([{ name: 'local', elastic: false }])
    expect(JSON.parse(JSON.stringify(now))).toMatchObject({ owner: 'test' })
  })

  test('tells the wait that a pool promises, and nothing where it promises none', async () => {
    const bench = await openBench({
      pools: [aPool({ waitTargetMs: 2 * minute }), aPool({ name: 'big', labels: ['big'] })],
    })
    const { pools } = await bench.operations.now()
    expect(pools.map(({ name, recent }) => [name, recent])).toEqual([
      ['linux', { jobs: 0, targetMs: 2 * minute }],
      ['big', { jobs: 0 }],
    ])
    expect(bench.operations.policy().pools[0]).toMatchObject({ name: 'linux', waitTargetMs: 2 * minute })
  })

  test('shows a machine that comes, what it costs, and that it has gone', async () => {
    const bench = await openCloudBench()
    const watched = await watch(bench)
    const key = await wantReady(bench)
    const [machine] = watched.picture().machines
    expect(machine).toMatchObject({ key, fleet: 'cloud', state: 'ready', spot: false, sizeName: 'd8' })
    expect(machine?.price?.currency).toBe('USD')
    expect(machine?.readyAt).toBeGreaterThan(machine?.createdAt ?? Infinity)
    const states = watched.changes.flatMap(({ machines = [] }) => machines.map(({ state }) => state))
    expect([...new Set(states)]).toEqual(expect.arrayContaining(['booting', 'ready']))
    await bench.operations.drain(key, 'a new kernel', 'ann via console')
    await bench.run(2000)
    expect(watched.picture().machines[0]?.cordon).toMatchObject({ reason: 'a new kernel', by: 'ann via console' })
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'enough' })
    await bench.run(5 * minute)
    expect(watched.picture().machines).toEqual([])
    expect(watched.changes.flatMap(({ gone = [] }) => gone)).toEqual([key])
  })
})

describe('changes', () => {
  test('add up to the picture, whatever happened, and come once a second at most, without gaps', async () => {
    const pools = [
      aPool({ fleets: ['cloud'], warm: { agents: 1, standby: 1 } }),
      aPool({ name: 'big', labels: ['big'] }),
    ]
    const bench = await openBench({ pools, fleets: [anElasticFleet({}, { idleTimeoutMs: 3 * minute })], machines: [] })
    // Nobody watches this one, so it looks at everything each time.
    const fresh = createLiveFeed(bench.context, {
      version: '0.0.0',
      startedAt: (await bench.operations.status()).startedAt,
      plan: () => bench.reconciler.plan(),
      health: () => bench.operations.health(),
    })
    const watched = await watch(bench)
    for (let round = 0; round < 12; round++) {
      for (let count = 0; count < round % 4; count++)
        bench.world.submit({ ...job, labels: count === 2 ? ['big'] : ['linux'], durationMs: (1 + count) * 20_000 })
      await bench.run(minute, 5000)
      await bench.clock.advance(2000)
      expect(inOrder(watched.picture())).toEqual(inOrder(await fresh.now()))
      expect(inOrder(watched.picture())).toEqual(inOrder(await bench.operations.now()))
    }
    expect(watched.changes.length).toBeGreaterThan(50)
    const [{ seq: first } = { seq: 0 }] = watched.changes
    expect(watched.changes.map(({ seq }) => seq)).toEqual(watched.changes.map((_, place) => first + place))
    const gaps = watched.at.slice(1).map((at, place) => at - (watched.at[place] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000)
    expect(bench.world.violations).toEqual([])
  })

  test('say only what is other than before', async () => {
    const bench = await openBench()
    const watched = await watch(bench)
    bench.world.submit(job)
    await bench.run(10_000)
    const touched = new Set(watched.changes.flatMap(({ machines = [] }) => machines.map(({ key }) => key)))
    expect(touched.size).toBe(1)
    await bench.run(5 * minute)
    const before = watched.changes.length
    await bench.clock.advance(5 * minute)
    expect(watched.changes.length).toBe(before)
  })

  test('cost nothing while nobody watches', async () => {
    const bench = await openBench()
    const watched = await watch(bench)
    bench.world.submit(job)
    await bench.run(10_000)
    watched.stop()
    watched.stop()
    const told = watched.changes.length
    bench.world.submit(job)
    await bench.run(minute)
    expect(watched.changes.length).toBe(told)
    expect((await watch(bench)).picture().pools[0]?.recent.jobs).toBe(2)
  })

  test('go to everybody who watches, until each has left', async () => {
    const bench = await openBench()
    const [first, second] = [await watch(bench), await watch(bench)]
    bench.world.submit(job)
    await bench.run(5000)
    expect(first.changes).toEqual(second.changes)
    first.stop()
    const told = first.changes.length
    await bench.run(2 * minute)
    expect(first.changes.length).toBe(told)
    expect(inOrder(second.picture())).toEqual(inOrder(await bench.operations.now()))
  })
})
