import { describe, expect, test } from 'vitest'
import { InsufficientCapacity, StoreUnavailable } from '../../../src/domain/errors.ts'
import type { Store } from '../../../src/domain/ports/store.ts'
import { change } from '../../../src/reconciler/state.ts'
import { createMemoryStore } from '../../../src/store/memory/index.ts'
import { billOf, runOf } from '../../fakes/bill.ts'
import { anOffer } from '../../fakes/cloud.ts'
import { act, keepStopped, machineOf, openCloudBench, want, wantReady } from '../../fakes/elastic.ts'
import { anElasticFleet, aPool } from '../../fakes/ports.ts'
import { minute } from '../../fakes/pushed.ts'
import { openBench, type Bench } from '../../fakes/service.ts'

const hour = 60 * minute
const work = { repository: 'acme/a', labels: ['self-hosted', 'linux'] }

async function end(bench: Bench, key: string): Promise<void> {
  await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'empty' })
  await bench.run(minute)
}

describe('what a machine costs', () => {
  test('goes to its boot, its job by its share, and the rest by why nobody used it', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const job = bench.world.submit({ ...work, durationMs: 10 * minute })
    await bench.run(20 * minute)
    await end(bench, key)
    const { acceptedAt = 0, readyAt = 0, goneAt = 0 } = (await machineOf(bench, key))?.made ?? {}
    const { startedAt = 0, doneAt = 0 } = (await bench.store.get('job', `github/${job.id}/1`)) ?? {}
    const bill = await billOf(bench, key)
    expect(bill.boot).toBe(readyAt - acceptedAt)
    // 2 of its 8 CPUs; that it was over was told a little later than it was.
    expect(Math.abs((bill.job ?? 0) - (doneAt - startedAt) / 4)).toBeLessThan(1000)
    expect(doneAt - startedAt).toBe(10 * minute)
    expect(bill.idle).toBeGreaterThan(15 * minute)
    expect(bill.start).toBeGreaterThan(0)
    expect(bill.start).toBeLessThan(minute)
    expect(bill.delete).toBeGreaterThan(0)
    const boot = bill.boot ?? 0
    expect(Object.values(bill).reduce((sum, ms) => sum + ms, 0)).toBe(goneAt - acceptedAt)
    expect(boot + (bill.job ?? 0) + (bill.idle ?? 0)).toBeLessThan(goneAt - acceptedAt)
    expect(await bench.store.meters()).toStrictEqual(new Map())
    expect((await runOf(bench, `github/${job.id}/1`)).done).toStrictEqual({
      keys: { pool: 'linux', fleet: 'cloud', machine: key, labels: 'linux,self-hosted', milliCpu: 2000 },
      jobs: 1,
      runMs: 10 * minute,
      minutes: 10,
      waitMs: expect.any(Number) as number,
    })
  })

  test('is known while it lives, every half minute', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const job = bench.world.submit({ ...work, durationMs: hour })
    await bench.run(20 * minute)
    const until = (await bench.store.meters()).get(key) ?? 0
    expect(bench.clock.wall() - until).toBeLessThan(32_000)
    expect((await billOf(bench, key)).job).toBeGreaterThan(19 * (minute / 4))
    expect((await runOf(bench, `github/${job.id}/1`)).open).toMatchObject({ machine: key, pool: 'linux' })
  })

  test('is all in vain if it never came up', async () => {
    const bench = await openCloudBench()
    bench.cloud.fates.push(new InsufficientCapacity('no room'))
    const key = await want(bench)
    await bench.run(2 * minute)
    expect((await machineOf(bench, key))?.state).toBe('failed')
    expect(Object.keys(await billOf(bench, key))).toStrictEqual(['failed'])
  })

  test('is its disk while it is stopped, and a boot again when it starts', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    keepStopped(bench, 1)
    await act(bench, { kind: 'stop-machine', machine: key, reason: 'kept' })
    await bench.run(hour, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('stopped')
    const { boot = 0 } = await billOf(bench, key)
    await act(bench, { kind: 'start-machine', machine: key, reason: 'a job waits' })
    bench.world.submit({ ...work, durationMs: 10 * minute })
    await bench.run(2 * minute)
    expect(bench.context.state.machines.get(key)?.state).toBe('ready')
    const bill = await billOf(bench, key)
    expect(bill.stopped).toBeGreaterThan(59 * minute)
    expect(bill.boot).toBeGreaterThan(boot + 10_000)
    const [stopped] = await bench.store
      .costs({ by: ['kind'], since: -Infinity, until: Infinity, machine: key })
      .then((rows) => rows.filter(({ keys }) => keys.kind === 'stopped'))
    expect(stopped?.nanos).toBeLessThan(2n * 36_000_000n)
  })

  test('is held back by a cordon, lost to an eviction, or in vain while it does not answer', async () => {
    const bench = await openCloudBench()
    const [drained, taken, silent] = [
      await wantReady(bench),
      await wantReady(bench, anOffer({ spot: true })),
      await wantReady(bench),
    ]
    await bench.operations.drain(drained, 'maintenance', 'anna')
    bench.cloud.machines.get(taken)?.notices.push({ id: 'e1', what: 'Preempt', notBefore: bench.clock.wall() + hour })
    bench.faults.silent.add(silent)
    await bench.run(10 * minute)
    expect((await billOf(bench, drained)).drain).toBeGreaterThan(9 * minute)
    // With nothing on it, it is deleted at once.
    expect((await billOf(bench, taken)).evicted).toBeGreaterThan(10_000)
    expect((await billOf(bench, silent)).failed).toBeGreaterThan(9 * minute)
    bench.faults.silent.delete(silent)
    await bench.operations.undrain(drained, 'anna')
    const before = [(await billOf(bench, drained)).idle ?? 0, (await billOf(bench, silent)).idle ?? 0]
    await bench.run(10 * minute)
    const after = [(await billOf(bench, drained)).idle ?? 0, (await billOf(bench, silent)).idle ?? 0]
    for (const [index, ms] of after.entries()) expect(ms - (before[index] ?? 0)).toBeGreaterThan(9 * minute)
  })

  test('is warm where the fleet holds it empty, or a pool holds agents or containers on it', async () => {
    const fleets = [anElasticFleet({}, { warm: { machines: 1, stopped: 0 }, idleTimeoutMs: 10 * hour })]
    const pools = [
      aPool({ fleets: ['cloud'] }),
      aPool({ name: 'other', labels: ['x'], fleets: ['cloud'], warm: { agents: 1, standby: 1 } }),
    ]
    const bench = await openBench({ machines: [], fleets, pools: pools.slice(0, 1) })
    await bench.run(10 * minute)
    const [key = ''] = bench.context.state.machines.keys()
    const held = await billOf(bench, key)
    expect(held.warm).toBeGreaterThan(8 * minute)
    expect(held.idle ?? 0).toBe(0)
    bench.pools = pools
    bench.reconciler.refresh()
    await bench.run(20 * minute)
    const rows = await bench.store.costs({ by: ['kind', 'pool'], since: -Infinity, until: Infinity, machine: key })
    const warm = rows.find(({ keys }) => keys.kind === 'warm' && keys.pool === 'other')
    // Two containers of a quarter of the machine each.
    expect(warm?.ms).toBeGreaterThan(9 * minute)
    expect(warm?.ms).toBeLessThan(10 * minute)
  })

  test('is paid to the end of an hour that was begun, where hours are billed', async () => {
    const fleets = [anElasticFleet({}, { billing: 'hour', idleTimeoutMs: 10 * hour })]
    const bench = await openCloudBench({ fleets })
    const key = await wantReady(bench)
    await end(bench, key)
    const [sum] = await bench.store.costs({ by: ['machine'], since: -Infinity, until: Infinity })
    expect(sum?.nanos).toBe(360_000_000n)
    expect(sum?.ms).toBeLessThan(3 * minute)
    expect(bench.context.known.spentToday.get('cloud')).toBe(360_000_000n)
  })

  test('is paid for a minimum, however soon it goes', async () => {
    const fleets = [anElasticFleet({}, { minimumChargeMs: 30 * minute, idleTimeoutMs: 10 * hour })]
    const bench = await openCloudBench({ fleets })
    const key = await wantReady(bench)
    await end(bench, key)
    const [sum] = await bench.store.costs({ by: ['machine'], since: -Infinity, until: Infinity })
    expect(sum?.nanos).toBe(180_000_000n)
    expect(bench.context.known.spentToday.get('cloud')).toBe(180_000_000n)
  })

  test('is told as missing while nobody knows the price, and counts from when it is known', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench, anOffer({ key: 'x9', price: undefined }))
    await bench.run(5 * minute)
    const [unknown] = await bench.store.costs({ by: ['currency'], since: -Infinity, until: Infinity })
    expect(unknown).toMatchObject({ keys: { currency: 'XXX' }, nanos: 0n })
    expect(unknown?.unpricedMs).toBe(unknown?.ms)
    bench.cloud.offers = [anOffer({ key: 'x9' })]
    await bench.run(10 * minute)
    await end(bench, key)
    const rows = await bench.store.costs({ by: ['currency'], since: -Infinity, until: Infinity })
    const known = rows.find(({ keys }) => keys.currency === 'USD')
    const { acceptedAt = 0, goneAt = 0, prices = [] } = (await machineOf(bench, key))?.made ?? {}
    expect(known).toMatchObject({ unpricedMs: 0, ms: goneAt - (prices[1]?.from ?? 0) })
    expect(rows.reduce((sum, { ms }) => sum + ms, 0)).toBe(goneAt - acceptedAt)
  })
})

describe('a host given by hand', () => {
  test('costs what is stated, from then on, and goes on doing so while we are not there', async () => {
    const bench = await openBench({ machines: ['m1'] })
    await bench.run(10 * minute)
    const total = () => bench.store.costs({ by: ['currency'], since: -Infinity, until: Infinity })
    expect(await total()).toStrictEqual([])
    bench.givenPrice = { nanos: 360_000_000n, currency: 'USD' }
    const job = bench.world.submit({ ...work, durationMs: 20 * minute })
    await bench.run(30 * minute)
    const [first] = await total()
    expect(first).toMatchObject({ unpricedMs: 0, keys: { currency: 'USD' }, jobs: 1 })
    expect(first?.ms).toBeGreaterThan(29 * minute)
    expect(first?.ms).toBeLessThanOrEqual(30 * minute)
    expect(first?.nanos).toBe(BigInt(first?.ms ?? 0) * 100n)
    const [ran] = await bench.store.costs({ by: [], since: -Infinity, until: Infinity, job: `github/${job.id}/1` })
    expect(ran?.ms).toBeGreaterThan(19 * (minute / 4))
    const [host] = await bench.operations.machines()
    expect(host).toMatchObject({ price: { nanosPerHour: '360000000', currency: 'USD' }, cost: { currency: 'USD' } })
    expect(BigInt(host?.cost?.nanos ?? 0)).toBeGreaterThanOrEqual(first?.nanos ?? 0n)
    await bench.crash()
    await bench.clock.advance(30 * minute)
    const [second] = await total()
    expect(second?.ms).toBeGreaterThan(59 * minute)
    bench.givenPrice = undefined
    await bench.run(minute)
    const [last] = await total()
    await bench.run(10 * minute)
    expect(await total()).toStrictEqual([last])
  })
})

describe('nothing is charged twice or not at all', () => {
  test.each([3, -3])('when the clock jumps by %i hours', async (hours) => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    bench.world.submit({ ...work, durationMs: 30 * minute })
    await bench.run(10 * minute)
    const before = await billOf(bench, key)
    bench.clock.jump(hours * hour)
    await bench.run(10 * minute)
    const bill = await billOf(bench, key)
    expect((bill.job ?? 0) - (before.job ?? 0)).toBeGreaterThan((9 * minute) / 4)
    expect((bill.job ?? 0) - (before.job ?? 0)).toBeLessThan((11 * minute) / 4)
    await end(bench, key)
  })

  test('when the service is killed at any step of a machine’s life', { timeout: 60_000 }, async () => {
    const telling = /commit$/
    const live = async (bench: Bench): Promise<string> => {
      const key = await wantReady(bench)
      const job = bench.world.submit({ ...work, durationMs: 40_000 })
      await bench.run(90_000, 3000)
      expect(job.state).toBe('done')
      await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'empty' })
      await bench.run(30_000, 3000)
      return key
    }
    const whole = await openCloudBench()
    let steps = 0
    whole.faults.onStep = (step) => void (telling.test(step) && steps++)
    await live(whole)
    expect(steps).toBeGreaterThan(40)
    for (let killed = 10; killed < steps; killed++) {
      const bench = await openCloudBench()
      let at = 0
      bench.faults.onStep = (step) => void (telling.test(step) && at++ === killed && bench.crash())
      const key = await live(bench)
      bench.faults.onStep = undefined
      if (bench.context.state.machines.get(key)?.state === 'ready')
        await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'empty' })
      await bench.run(minute, 3000)
      const machine = await machineOf(bench, key)
      if (!machine) continue
      expect(machine.state, `step ${killed}`).toBe('gone')
      const bill = await billOf(bench, key)
      expect(bill.job, `step ${killed}`).toBeGreaterThan(8000)
      expect(await bench.store.meters(), `step ${killed}`).toStrictEqual(new Map())
      expect(await bench.store.openRuns(), `step ${killed}`).toStrictEqual([])
    }
  })

  test('while the store takes nothing: it is made up for', async () => {
    let full = false
    let refused = 0
    const memory = createMemoryStore()
    const store: Store = {
      ...memory,
      commit(changes) {
        if (!full || !changes.some(({ kind }) => kind === 'charges')) return memory.commit(changes)
        refused++
        return Promise.reject(new StoreUnavailable('the disk is full'))
      },
    }
    const bench = await openCloudBench({ store })
    const key = await wantReady(bench)
    full = true
    await bench.run(5 * minute)
    expect(refused).toBeGreaterThan(2)
    full = false
    await bench.run(minute)
    expect((await billOf(bench, key)).idle).toBeGreaterThan(5 * minute)
  })
})

describe('the run of a job', () => {
  test('is kept for machines that cost us nothing, too', async () => {
    const bench = await openBench({ machines: ['m1'] })
    const job = bench.world.submit({ ...work, durationMs: 10 * minute })
    await bench.run(5 * minute)
    await bench.crash()
    await bench.run(10 * minute)
    expect((await runOf(bench, `github/${job.id}/1`)).done).toMatchObject({ keys: { machine: 'm1' }, minutes: 10 })
    expect(await bench.store.costs({ by: [], since: -Infinity, until: Infinity })).toStrictEqual([])
  })

  test('ends with the job, though its agent ended long before', async () => {
    const bench = await openCloudBench()
    await wantReady(bench)
    const job = bench.world.submit({ ...work, durationMs: 10 * minute })
    await bench.run(5 * minute)
    const record = bench.context.state.jobs.get(`github/${job.id}/1`)
    const open = record && { ...record, doneAt: bench.clock.wall() + 20_000, conclusion: 'lost' as const }
    await bench.run(minute)
    await bench.crash()
    const held = bench.context.state.jobs.get(`github/${job.id}/1`)
    if (held && open) await bench.context.state.commit([change('job', held, { state: 'done', doneAt: open.doneAt })])
    await bench.run(minute)
    expect((await runOf(bench, `github/${job.id}/1`)).done?.runMs).toBeGreaterThan(5 * minute - 5000)
    expect(await bench.store.openRuns()).toStrictEqual([])
  })
})
