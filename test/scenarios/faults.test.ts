import { describe, expect, test } from 'vitest'
import {
  ImageUnavailable,
  NameTaken,
  NotFound,
  Refused,
  Throttled,
  Transient,
  Unauthorized,
} from '../../src/domain/errors.ts'
import { aPool } from '../fakes/ports.ts'
import { openBench, type Bench } from '../fakes/service.ts'

const minute = 60_000
const job = { repository: 'acme/a', labels: ['linux'], durationMs: 20_000 }

async function runsAfter(bench: Bench, ms = 5 * minute): Promise<void> {
  const submitted = bench.world.submit(job)
  await bench.run(ms)
  expect(submitted).toMatchObject({ state: 'done', conclusion: 'success', begun: 1 })
  expect(bench.world.containers.size).toBe(0)
  expect(bench.world.runners.size).toBe(0)
  expect(bench.context.state.registrations.size).toBe(0)
  expect(bench.world.violations).toEqual([])
}

describe('registration', () => {
  const cases: [string, Error | 'after'][] = [
    ['409, the name is taken', new NameTaken('Already exists')],
    ['422', new Refused('labels are invalid')],
    ['403', new Unauthorized('permission organization_self_hosted_runners: write is missing')],
    ['429 with retry-after', new Throttled('slow down', 30_000)],
    ['503', new Transient('bad gateway')],
    ['a lost answer', 'after'],
  ]
  test.each(cases)('%s: tried again under a new name, and nothing is left', async (_name, fault) => {
    const bench = await openBench()
    bench.faults.next.set('admit', [fault])
    await runsAfter(bench)
  })

  test('a scope that refuses again and again breaks the pool, says so, and recovers', async () => {
    const bench = await openBench({ pools: [aPool({ maxFailures: 2 })] })
    bench.faults.next.set(
      'admit',
      Array.from({ length: 3 }, () => new Refused('labels are invalid')),
    )
    bench.world.submit(job)
    const codes = new Set<string>()
    for (let i = 0; i < 20; i++) {
      await bench.run(1000)
      for (const wait of bench.reconciler.plan()?.waits ?? []) codes.add(wait.code)
    }
    expect([...codes]).toContain('pool-broken')
    await bench.run(2 * minute)
    expect([...bench.world.jobs.values()][0]).toMatchObject({ state: 'done', begun: 1 })
  })
})

describe('engine', () => {
  test('an activation whose answer is lost does not run the job twice', async () => {
    const bench = await openBench()
    bench.faults.next.set('activate', ['after'])
    await runsAfter(bench)
  })

  test('an activation that fails discards the container; the job runs on another', async () => {
    const bench = await openBench()
    bench.faults.next.set('activate', [new Transient('connection reset')])
    await runsAfter(bench)
  })

  test('an image that is missing', async () => {
    const bench = await openBench()
    bench.faults.next.set('prepare', [new ImageUnavailable('no such image: agent')])
    await runsAfter(bench)
  })

  test('a host that stops answering becomes unreachable while the other takes the job', async () => {
    const bench = await openBench()
    bench.faults.silent.add('m1')
    await bench.run(10_000)
    expect(bench.context.state.machines.get('m1')?.state).toBe('unreachable')
    await runsAfter(bench)
    bench.faults.silent.delete('m1')
    await bench.run(minute)
    expect(bench.context.state.machines.get('m1')?.state).toBe('ready')
  })

  test('a host that comes back with its agents: the job that ran on is not disturbed', async () => {
    const bench = await openBench({ machines: ['m1'] })
    const long = bench.world.submit({ ...job, durationMs: 3 * minute })
    await bench.run(10_000)
    bench.faults.silent.add('m1')
    await bench.run(minute)
    bench.faults.silent.delete('m1')
    await bench.run(5 * minute)
    expect(long).toMatchObject({ state: 'done', conclusion: 'success', begun: 1 })
    expect(bench.world.violations).toEqual([])
    expect(bench.world.containers.size).toBe(0)
  })

  test('an engine restart that kills everything: the journal says so and new work goes on', async () => {
    const bench = await openBench({ machines: ['m1'] })
    bench.world.submit({ ...job, durationMs: 3 * minute })
    await bench.run(10_000)
    bench.world.killMachine('m1')
    await bench.run(10_000)
    const ends = await bench.store.journal({ kind: 'end-agent', limit: 10 })
    expect(ends.map((entry) => entry.reason).join()).toContain('killed')
    await runsAfter(bench)
  })

  test('a full host: the wait names what is free, and the job runs when an agent ends', async () => {
    const bench = await openBench({ machines: ['m1'] })
    for (let i = 0; i < 5; i++) bench.world.submit({ ...job, durationMs: minute })
    await bench.run(5000)
    const full = bench.reconciler.plan()?.waits.find((wait) => wait.code === 'machine-full')
    expect(full).toMatchObject({ count: 1, pool: 'linux' })
    expect(full?.reason).toContain('m1')
    await bench.run(4 * minute)
    expect([...bench.world.jobs.values()].every((each) => each.state === 'done' && each.begun === 1)).toBe(true)
  })
})

describe('trust', () => {
  test('a scope wider than the allow list takes no agent, and the reason is told', async () => {
    const bench = await openBench({ pools: [aPool({ repositories: ['acme/a'] })] })
    bench.world.submit(job)
    await bench.run(10_000)
    expect(bench.context.state.agents.size).toBe(0)
    expect(bench.reconciler.plan()?.waits[0]?.reason).toContain('acme/b')
  })

  test('a fork is refused once its origin is read; a trusted job is not', async () => {
    const bench = await openBench()
    const fork = bench.world.submit({ ...job, origin: 'fork' })
    await bench.run(10_000)
    expect(bench.context.state.agents.size).toBe(0)
    expect(bench.reconciler.plan()?.waits[0]).toMatchObject({ code: 'refused-origin' })
    expect(fork.begun).toBe(0)
  })

  test('an origin that the source cannot tell is refused unless the pool trusts it', async () => {
    const strict = await openBench()
    strict.world.submit({ ...job, origin: 'unknown' })
    await strict.run(10_000)
    expect(strict.context.state.agents.size).toBe(0)
    const trust = { zone: 'internal', forks: false, unknownOrigin: true, publicRepositories: false }
    await runsAfter(await openBench({ pools: [aPool({ trust })] }))
  })
})

describe('a look at a machine', () => {
  test('during which one of its containers goes does not make the machine unreachable', async () => {
    const bench = await openBench({ machines: ['m1'], pools: [aPool({ warm: { agents: 2, standby: 0 } })] })
    await bench.run(5000)
    bench.faults.next.set('activity', [new NotFound('no such container')])
    for (let i = 0; i < 20; i++) {
      await bench.run(1000)
      expect(bench.context.state.machines.get('m1')?.state).toBe('ready')
    }
    expect(bench.faults.next.get('activity')).toEqual([])
    expect(bench.context.backoffs.failures('machine:m1')).toBe(0)
  })
})

describe('an agent that does not register', () => {
  const warm = [aPool({ warm: { agents: 1, standby: 0 }, registerTimeoutMs: 30_000 })]

  test('is dismissed once a reading after its deadline still lacks it', async () => {
    const bench = await openBench({ pools: warm })
    await bench.clock.advance(100)
    for (const [name, runner] of bench.world.runners) bench.world.runners.set(name, { ...runner, online: false })
    await bench.run(2 * minute)
    const ends = await bench.store.journal({ kind: 'dismiss-agent', limit: 10 })
    expect(ends.at(-1)?.reason).toBe('it did not register within 30 s')
  })

  test('is left alone while nobody can tell, and is not held against its pool', async () => {
    const bench = await openBench({ pools: warm })
    bench.faults.next.set(
      'registrations',
      Array.from({ length: 100 }, () => new Transient('bad gateway')),
    )
    await bench.run(5 * minute, 5000)
    expect(bench.world.runners.size).toBe(1)
    expect(await bench.store.journal({ kind: 'dismiss-agent', limit: 10 })).toEqual([])
    expect(bench.context.backoffs.failures('pool:linux')).toBe(0)
  })
})

test('a name that is taken costs another name, not the agent', async () => {
  const bench = await openBench()
  bench.faults.next.set('admit', [new NameTaken('Already exists'), new NameTaken('Already exists')])
  bench.world.submit({ ...job, durationMs: minute })
  await bench.run(5000)
  expect([...bench.context.state.agents.values()]).toMatchObject([{ state: 'running', tries: 3 }])
})

test('names that are always taken end the agent, after a few', async () => {
  const bench = await openBench()
  const taken = Array.from({ length: 5 }, () => new NameTaken('Already exists'))
  bench.faults.next.set('admit', taken)
  bench.world.submit(job)
  await bench.run(2000)
  const [ended] = await bench.store.journal({ kind: 'end-agent', limit: 5 })
  expect(ended?.reason).toBe('never-registered: Already exists')
  await runsAfter(bench)
})
