import { describe, expect, test } from 'vitest'
import { aPool } from '../../../test/fakes/ports.ts'
import { aPushPool, aToken, minute, openPushBench, push, work } from '../../../test/fakes/pushed.ts'
import { openBench, type Bench, type BenchOptions } from '../../../test/fakes/service.ts'
import { BadInput, Conflict, NotFound, Refused, StoreUnavailable, Unauthorized } from '../../domain/errors.ts'
import type { Store } from '../../domain/ports/store.ts'
import type { Token } from '../../domain/token.ts'
import { createMemoryStore } from '../../store/memory/index.ts'

const job = { repository: 'acme/a', labels: ['linux'], durationMs: minute }

/** A store of which single commits can be made to fail. */
function openFlaky(options: BenchOptions = {}): Promise<Bench & { fail: (...errors: Error[]) => void }> {
  const errors: Error[] = []
  const memory = createMemoryStore()
  const store: Store = {
    ...memory,
    commit: (changes) => {
      const error = errors.shift()
      return error ? Promise.reject(error) : memory.commit(changes)
    },
  }
  return openPushBench({ ...options, store }).then((bench) =>
    Object.assign(bench, { fail: (...next: Error[]) => void errors.push(...next) }),
  )
}

describe('submit', () => {
  test('stores the job and gives it back', async () => {
    const bench = await openPushBench()
    const { job: made, created } = await bench.operations.submit(work('w', 1000), aToken)
    expect(created).toBe(true)
    expect(made).toMatchObject({ state: 'queued', source: 'ci', repository: 'acme/a', requirement: { kind: 'pool' } })
    expect(await bench.store.get('job', made.key)).toEqual(made)
    const noted = await bench.store.journal({ subject: `job:${made.key}`, kind: 'submit-job', limit: 10 })
    expect(noted.map(({ by, outcome }) => [by, outcome])).toEqual([[aToken.name, 'done']])
  })

  test('with the same idempotency key again gives the same job, even when it is over', async () => {
    const bench = await openPushBench()
    const first = await bench.operations.submit(work('w', 1000), aToken)
    const again = await bench.operations.submit(work('w', 1000), aToken)
    expect(again).toEqual({ job: first.job, created: false })
    expect(await bench.store.journal({ kind: 'submit-job', limit: 10 })).toHaveLength(1)
    await bench.run(minute)
    const late = await bench.operations.submit(work('w', 1000), aToken)
    expect([late.created, late.job.key, late.job.state]).toEqual([false, first.job.key, 'done'])
    expect(bench.world.work.get('w')?.begun).toBe(1)
  })

  test('twice at once makes one job', async () => {
    const bench = await openPushBench()
    const both = await Promise.all([push(bench, work('w', 1000)), push(bench, work('w', 1000))])
    expect(new Set(both.map(({ key }) => key)).size).toBe(1)
    expect(bench.context.state.jobs.size).toBe(1)
  })

  test('refuses what the pool does not allow', async () => {
    const bench = await openPushBench()
    await expect(push(bench, work('w', 1, 0, { image: 'evil' }))).rejects.toBeInstanceOf(BadInput)
    await expect(push(bench, work('w', 1, 0, { source: 'nowhere' }))).rejects.toBeInstanceOf(BadInput)
    expect(bench.context.state.jobs.size).toBe(0)
  })

  const bounds: [string, Partial<Token>, string][] = [
    ['pool', { pools: ['release-*'] }, 'token ci may submit to pools release-*'],
    ['repository', { repositories: ['acme/b'] }, 'token ci may submit for repositories acme/b'],
    ['image', { images: ['Agent'] }, 'token ci may submit images Agent'],
  ]
  test.each(bounds)('keeps a token to its %s', async (_bound, patch, words) => {
    const bench = await openPushBench()
    const submitted = bench.operations.submit(work('w', 1), { ...aToken, ...patch })
    await expect(submitted).rejects.toThrow(words)
    await expect(submitted).rejects.toBeInstanceOf(Unauthorized)
  })

  test('with a token bound to pools must name one', async () => {
    const bench = await openPushBench()
    const by = { ...aToken, pools: ['linux'] }
    const unnamed = work('w', 1, 0, { pool: undefined, labels: ['linux'] })
    await expect(bench.operations.submit(unnamed, by)).rejects.toBeInstanceOf(Unauthorized)
    expect((await bench.operations.submit(work('w', 1), by)).created).toBe(true)
  })
})

describe('cancel', () => {
  test('of a job nobody knows: not found', async () => {
    const bench = await openPushBench()
    await expect(bench.operations.cancel('ci/nothing/1', 'ann')).rejects.toBeInstanceOf(NotFound)
  })

  test('of a job of a `free` source: refused, it is cancelled there', async () => {
    const bench = await openBench()
    const { id } = bench.world.submit(job)
    await bench.deliver()
    await expect(bench.operations.cancel(`github/${id}/1`, 'ann')).rejects.toBeInstanceOf(Refused)
  })

  test('of a job that changes at that moment holds all the same', async () => {
    const bench = await openFlaky({ machines: [] })
    const made = await push(bench, work('w', 1000))
    bench.fail(new Conflict('somebody was first'))
    expect(await bench.operations.cancel(made.key, 'ann')).toMatchObject({ state: 'done', conclusion: 'cancelled' })
  })

  test('is told in the journal, with who asked for it', async () => {
    const bench = await openPushBench({ machines: [] })
    const made = await push(bench, work('w', 1000))
    await bench.operations.cancel(made.key, 'ann')
    const [entry] = await bench.operations.journal({ subject: `job:${made.key}`, limit: 1 })
    expect(entry).toMatchObject({ kind: 'cancel-job', by: 'ann', outcome: 'intended' })
  })
})

describe('drain and undrain', () => {
  test('of a machine nobody knows: not found', async () => {
    const bench = await openBench()
    await expect(bench.operations.drain('m9', 'x', 'ann')).rejects.toBeInstanceOf(NotFound)
    await expect(bench.operations.undrain('m9', 'ann')).rejects.toBeInstanceOf(NotFound)
  })

  test("hold though the machine's record changes at that moment", async () => {
    const bench = await openFlaky()
    bench.fail(new Conflict('somebody was first'))
    expect((await bench.operations.drain('m1', 'x', 'ann')).cordon?.reason).toBe('x')
    expect((await bench.operations.machines()).find(({ key }) => key === 'm1')?.cordon?.by).toBe('ann')
  })
})

describe('explain', () => {
  test('of a job nobody knows: nothing', async () => {
    const bench = await openBench()
    expect(await bench.operations.explain('github/x/1')).toBeUndefined()
  })

  test('follows a job to its end, with what was done for it', async () => {
    const bench = await openBench()
    const { id } = bench.world.submit(job)
    const key = `github/${id}/1`
    await bench.deliver()
    expect((await bench.operations.explain(key))?.words.at(-1)).toContain('is being asked of the source')
    await bench.run(10_000)
    const running = await bench.operations.explain(key)
    expect(running).toMatchObject({ pool: 'linux', agent: { state: 'running' }, job: { state: 'running' }, waits: [] })
    await bench.run(2 * minute)
    const done = await bench.operations.explain(key)
    expect(done?.words.at(-1)).toMatch(/^It is done \(success\) on agent \w+; it waited \d/)
    expect(done?.history.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'end-agent done',
      'end-agent intended',
      'start-agent done',
      'start-agent intended',
    ])
  })
})

describe('status', () => {
  test('counts what there is', async () => {
    const limits = { agents: 1, perScope: 9, perRepository: 9 }
    const bench = await openBench({ pools: [aPool({ limits, warm: { agents: 0, standby: 1 } })] })
    for (let i = 0; i < 3; i++) bench.world.submit(job)
    bench.world.submit({ ...job, waiting: true })
    await bench.run(10_000)
    const status = await bench.operations.status()
    expect(status).toMatchObject({ version: '0.0.0', owner: 'test', machines: { ready: 2 }, backoffs: [] })
    expect(status.jobs).toEqual({ waiting: 1, queued: 2, running: 1, done: 0 })
    expect(status.pools).toEqual([
      { name: 'linux', queued: 2, agents: { running: 1 }, standby: 1, limit: 1, broken: undefined },
    ])
    expect(status.waits.map(({ code, count }) => [code, count])).toEqual([
      ['held-by-source', 1],
      ['pool-limit', 2],
    ])
    expect(bench.clock.wall() - (status.staleness['github'] ?? 0)).toBeLessThanOrEqual(minute)
  })

  test('shows trouble while it lasts, and no longer', async () => {
    const bench = await openBench()
    bench.context.backoffs.fail('fleet:local', new Error('no answer'))
    expect((await bench.operations.status()).backoffs).toMatchObject([{ target: 'fleet:local' }])
    bench.context.backoffs.fail('look:m1', new Error('once'))
    await bench.clock.advance(minute)
    expect((await bench.operations.status()).backoffs).toEqual([])
  })
})

describe('lists', () => {
  test('of jobs are read page by page, newest first', async () => {
    const bench = await openPushBench({ machines: [] })
    for (const id of ['a', 'b', 'c']) {
      await push(bench, work(id, 1000))
      await bench.clock.advance(10)
    }
    const first = await bench.operations.jobs({ limit: 2 })
    expect(first.jobs.map(({ name }) => name)).toEqual(['c', 'b'])
    const rest = await bench.operations.jobs({ limit: 2, after: first.next })
    expect([rest.jobs.map(({ name }) => name), rest.next]).toEqual([['a'], undefined])
  })

  test('of machines say what is in use', async () => {
    const bench = await openPushBench({ machines: ['m1'] })
    await push(bench, work('w', minute))
    await bench.run(5000)
    const [machine] = await bench.operations.machines()
    expect(machine).toMatchObject({ key: 'm1', agents: 1, used: { milliCpu: 2000 } })
    expect(await bench.operations.agents()).toHaveLength(1)
  })
})

describe('the last output of a job', () => {
  test('is that of its agent, running or gone, and nothing before it has one', async () => {
    const bench = await openPushBench({ machines: [] })
    const made = await push(bench, work('w', 20_000))
    expect(await bench.operations.tail(made.key)).toBeUndefined()
    bench.machines.push('m1')
    await bench.run(15_000)
    expect(await bench.operations.tail(made.key)).toContain('output of')
    await bench.run(minute)
    expect(await bench.operations.tail(made.key)).toContain('output of')
    expect(await bench.operations.tail('ci/none/1')).toBeUndefined()
  })

  test('is nothing while its container is still being made', async () => {
    const bench = await openPushBench({ pools: [aPushPool()] })
    bench.faults.next.set('prepare', [new StoreUnavailable('slow')])
    const made = await push(bench, work('w', 20_000))
    await bench.run(300, 100)
    expect(bench.context.state.jobs.get(made.key)?.agent).toBeDefined()
    expect(await bench.operations.tail(made.key)).toBeUndefined()
  })
})

describe('health', () => {
  test('is good while plans are made and the store takes them', async () => {
    const bench = await openFlaky()
    expect(await bench.operations.health()).toEqual({ ready: true, problems: [] })
    bench.fail(new StoreUnavailable('disk full'))
    expect(await bench.operations.health()).toEqual({ ready: false, problems: ['disk full'] })
    expect((await bench.operations.health()).ready).toBe(true)
  })

  test('is bad when no plan could be made for a minute', async () => {
    const bench = await openBench()
    for (const loop of bench.reconciler.loops) await loop.stop()
    await bench.clock.advance(50_000)
    expect((await bench.operations.health()).ready).toBe(true)
    await bench.clock.advance(11_000)
    expect((await bench.operations.health()).problems).toEqual(['no plan could be made for a minute'])
  })
})
