import { describe, expect, test } from 'vitest'
import {
  InsufficientCapacity,
  NotFound,
  QuotaExceeded,
  Refused,
  Throttled,
  Transient,
  Unauthorized,
} from '../../../src/domain/errors.ts'
import { anOffer } from '../../fakes/cloud.ts'
import { act, keepStopped, machineOf, openCloudBench, storyOf, want, wantReady } from '../../fakes/elastic.ts'
import { minute } from '../../fakes/pushed.ts'

describe('a machine that is wanted', () => {
  test('is asked for once, boots, is proven and used; what it took is remembered', async () => {
    const bench = await openCloudBench()
    const key = await want(bench)
    expect(key).toMatch(/^[a-z][a-z0-9-]{0,14}$/)
    expect(bench.context.state.machines.get(key)).toMatchObject({
      fleet: 'cloud',
      made: { reason: 'a job waits', spot: false },
    })
    await bench.run(5000)
    expect(bench.context.state.machines.get(key)).toMatchObject({ state: 'creating', made: { operation: 'w1' } })
    await bench.run(20_000)
    expect(bench.context.state.machines.get(key)?.state).toBe('booting')
    await bench.run(30_000)
    const machine = bench.context.state.machines.get(key)
    expect(machine).toMatchObject({ state: 'ready', isolation: 'verified', made: { offer: 'd8', template: 't1' } })
    expect(machine?.made?.operation).toBeUndefined()
    expect(machine?.made?.prices).toMatchObject([{ nanosPerHour: '360000000', what: 'running' }])
    const { acceptedAt = 0, readyAt = 0 } = machine?.made ?? {}
    expect(readyAt - acceptedAt).toBeLessThan(40_000)
    expect(bench.context.known.bootMs.get('cloud')).toBe(readyAt - acceptedAt)
    expect(bench.cloud.asked.get(key)).toBe(1)
    expect(await storyOf(bench, key)).toEqual([
      'create-machine intended',
      'machine-accepted noted',
      'machine-booting noted',
      'machine-ready noted',
      'isolation-probed noted',
    ])
  })

  test('is not ready before its bootstrap has run to its end', async () => {
    const bench = await openCloudBench()
    const key = await want(bench)
    await bench.run(29_000)
    const runtime = bench.context.runtimes.of(key)
    Object.assign(runtime ?? {}, { bootstrapped: async () => false })
    await bench.run(minute)
    expect(bench.context.state.machines.get(key)?.state).toBe('booting')
    Object.assign(runtime ?? {}, { bootstrapped: async () => true })
    await bench.run(10_000)
    expect(bench.context.state.machines.get(key)?.state).toBe('ready')
  })

  test('counts its agents, and since when it is empty', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    const first = bench.context.state.machines.get(key)?.emptySince ?? 0
    expect(first).toBeGreaterThan(0)
    bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: 20_000 })
    await bench.run(10_000)
    expect(bench.context.state.machines.get(key)).toMatchObject({ agentsHad: 1, emptySince: undefined })
    await bench.run(2 * minute)
    const after = bench.context.state.machines.get(key)
    expect(after?.agentsHad).toBe(1)
    expect(after?.emptySince).toBeGreaterThan(first)
  })
})

test('a machine whose last agent ended as the process died is empty from the next start on', async () => {
  const bench = await openCloudBench()
  const key = await wantReady(bench)
  bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: 20_000 })
  await bench.run(10_000)
  expect(bench.context.state.machines.get(key)?.emptySince).toBeUndefined()
  bench.faults.onStep = () => {
    if (bench.context.state.agents.size === 0) void bench.crash()
  }
  await bench.run(30_000)
  bench.faults.onStep = undefined
  await bench.run(10_000)
  expect(bench.context.state.machines.get(key)?.emptySince).toBeGreaterThan(0)
})

describe('a create that fails', () => {
  const elsewhere = [new InsufficientCapacity('no room'), new QuotaExceeded('quota of 10 vCPUs')]
  test.each(elsewhere)('for lack of room (%s) rests that offer alone', async (error) => {
    const bench = await openCloudBench()
    bench.faults.next.set('create', [error])
    const key = await want(bench)
    await bench.run(2000)
    expect(bench.context.backoffs.wait('offer:cloud/d8')).toBeGreaterThan(5000)
    expect(bench.context.backoffs.wait('fleet:cloud')).toBe(0)
    await bench.run(10_000)
    expect(await machineOf(bench, key)).toMatchObject({ state: 'failed', made: { endReason: error.message } })
    expect(bench.context.state.machines.size).toBe(0)
  })

  test('for lack of room in the middle of the work does the same, and leaves nothing', async () => {
    const bench = await openCloudBench()
    bench.cloud.fates.push(new InsufficientCapacity('allocation failed'))
    const key = await want(bench)
    await bench.run(2 * minute)
    expect(await machineOf(bench, key)).toMatchObject({ state: 'failed', made: { endReason: 'allocation failed' } })
    expect(bench.context.backoffs.failures('offer:cloud/d8')).toBe(1)
    expect(bench.cloud.machines.size).toBe(0)
  })

  test.each([new Unauthorized('not allowed'), new Refused('bad size'), new NotFound('no such subnet')])(
    'for good (%s) rests the fleet, and the machine fails',
    async (error) => {
      const bench = await openCloudBench()
      bench.faults.next.set('create', [error])
      const key = await want(bench)
      await bench.run(3000)
      expect(bench.context.backoffs.wait('fleet:cloud')).toBeGreaterThan(0)
      await bench.run(20_000)
      expect(await machineOf(bench, key)).toMatchObject({ state: 'failed', made: { endReason: error.message } })
    },
  )

  test('for the moment is asked again, the same machine', async () => {
    const bench = await openCloudBench()
    bench.faults.next.set('create', [new Throttled('slow down', 45_000), 'after', new Transient('bad gateway')])
    const key = await want(bench)
    await bench.run(40_000)
    expect(bench.context.state.machines.get(key)?.state).toBe('requested')
    await bench.run(3 * minute)
    expect(bench.context.state.machines.get(key)?.state).toBe('ready')
    expect(bench.cloud.machines.size).toBe(1)
  })

  test('is made up for by another offer', async () => {
    const bench = await openCloudBench()
    const spare = anOffer({ key: 'd16', sizeName: 'd16' })
    bench.cloud.offers = [anOffer(), spare]
    bench.faults.next.set('create', [new InsufficientCapacity('no room')])
    await want(bench)
    const key = await wantReady(bench, spare)
    expect([...bench.context.state.machines.values()].map((m) => [m.key, m.state])).toEqual([[key, 'ready']])
  })
})

describe('an answer that was lost', () => {
  test('counts from when the machine was found listed, and it is made once', async () => {
    const bench = await openCloudBench()
    bench.faults.next.set('create', ['after', new Throttled('slow down', 60_000)])
    const key = await want(bench)
    await bench.run(10_000)
    expect(bench.context.state.machines.get(key)).toMatchObject({ state: 'requested' })
    const accepted = bench.context.state.machines.get(key)?.made?.acceptedAt ?? 0
    expect(bench.clock.wall() - accepted).toBeLessThanOrEqual(11_000)
    await bench.run(minute)
    expect(bench.context.state.machines.get(key)).toMatchObject({ state: 'ready', made: { acceptedAt: accepted } })
    expect(bench.cloud.machines.size).toBe(1)
  })
})

describe('work that hangs', () => {
  test('of deleting is asked for again after ten minutes', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    bench.cloud.deleteMs = 100_000_000
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'x' })
    await bench.run(9 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('deleting')
    bench.cloud.deleteMs = 1000
    await bench.run(3 * minute, 5000)
    expect((await machineOf(bench, key))?.state).toBe('gone')
  })

  test('of stopping ends the machine', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    keepStopped(bench, 1)
    bench.cloud.stopMs = 100_000_000
    await act(bench, { kind: 'stop-machine', machine: key, reason: 'kept for later' })
    await bench.run(9 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('stopping')
    await bench.run(3 * minute, 5000)
    expect((await machineOf(bench, key))?.state).toBe('failed')
  })
})

describe('a boot that never ends', () => {
  test('is given up when the plan says so, its place rests, and nothing is left', async () => {
    const bench = await openCloudBench()
    bench.cloud.dud = true
    const key = await want(bench)
    await bench.run(5 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('booting')
    await act(bench, { kind: 'delete-machine', machine: key, failed: true, reason: 'no answer within 5 min' })
    await bench.run(minute)
    expect(await machineOf(bench, key)).toMatchObject({ state: 'failed', made: { failed: true } })
    expect(bench.cloud.machines.size).toBe(0)
  })

  test('is not given up after a restart before this process has looked for itself', async () => {
    const bench = await openCloudBench()
    const key = await want(bench)
    await bench.run(5000)
    bench.faults.next.set(
      'poll',
      Array.from({ length: 3 }, () => new Transient('no')),
    )
    await bench.crash()
    bench.context.known.sightings.tried.clear()
    await act(bench, { kind: 'delete-machine', machine: key, failed: true, reason: 'late' })
    expect(bench.context.state.machines.get(key)?.state).toBe('creating')
    await bench.run(2 * minute)
    expect(bench.context.state.machines.get(key)?.state).toBe('ready')
  })
})

describe('deleting', () => {
  test('is done once a listing that began later lacks the machine', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'empty for 5 min' })
    await bench.run(5000)
    expect(bench.context.state.machines.get(key)).toMatchObject({ state: 'deleting' })
    await bench.run(15_000)
    expect(await machineOf(bench, key)).toMatchObject({ state: 'gone', made: { endReason: 'empty for 5 min' } })
    expect(bench.context.runtimes.of(key)).toBeUndefined()
    expect(bench.context.known.lookedAt.has(key)).toBe(false)
    expect([...bench.context.known.images].filter((image) => image.startsWith(key))).toEqual([])
  })

  test('of a machine with a container on it does not begin', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: minute })
    await bench.run(5000)
    await act(bench, { kind: 'delete-machine', machine: key, failed: true, reason: 'x' })
    await act(bench, { kind: 'stop-machine', machine: key, reason: 'x' })
    expect(bench.context.state.machines.get(key)?.state).toBe('ready')
  })

  test('is asked for until nothing is left', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    bench.faults.next.set('delete', [new Transient('no'), new Unauthorized('no'), 'after', new Throttled('slow', 5000)])
    bench.cloud.fates.push(new Transient('the work failed'))
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'x' })
    await bench.run(5 * minute)
    expect((await machineOf(bench, key))?.state).toBe('gone')
    expect(bench.cloud.machines.size).toBe(0)
  })

  test('of one that is still being made waits for nobody', async () => {
    const bench = await openCloudBench()
    const key = await want(bench)
    await bench.run(3000)
    await act(bench, { kind: 'delete-machine', machine: key, failed: false, reason: 'not needed' })
    await bench.run(2 * minute)
    expect((await machineOf(bench, key))?.state).toBe('gone')
    expect(bench.cloud.machines.size).toBe(0)
  })
})

describe('stop and start', () => {
  test('keep a machine and change its price', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    keepStopped(bench, 1)
    await act(bench, { kind: 'stop-machine', machine: key, reason: 'kept for later' })
    await bench.run(20_000)
    expect(bench.context.state.machines.get(key)?.state).toBe('stopped')
    await bench.run(5 * minute, 5000)
    expect(bench.context.state.machines.get(key)?.state).toBe('stopped')
    keepStopped(bench, 0)
    await act(bench, { kind: 'start-machine', machine: key, reason: 'a job waits' })
    await bench.run(minute)
    const machine = bench.context.state.machines.get(key)
    expect(machine).toMatchObject({ state: 'ready', isolation: 'verified' })
    expect(machine?.made?.prices.map(({ what, nanosPerHour }) => [what, nanosPerHour])).toEqual([
      ['running', '360000000'],
      ['stopped', '36000000'],
      ['running', '360000000'],
    ])
  })

  test('a start without room leaves it stopped', async () => {
    const bench = await openCloudBench()
    const key = await wantReady(bench)
    keepStopped(bench, 1)
    await act(bench, { kind: 'stop-machine', machine: key, reason: 'kept for later' })
    await bench.run(20_000)
    bench.cloud.fates.push(new InsufficientCapacity('no room'))
    await act(bench, { kind: 'start-machine', machine: key, reason: 'a job waits' })
    await bench.run(20_000)
    expect(bench.context.state.machines.get(key)).toMatchObject({ state: 'stopped', detail: 'no room' })
    expect(bench.context.backoffs.failures('offer:cloud/d8')).toBe(1)
    expect(bench.context.state.machines.get(key)?.made?.prices.at(-1)?.what).toBe('stopped')
  })
})
