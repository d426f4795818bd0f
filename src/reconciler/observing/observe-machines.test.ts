import { describe, expect, test } from 'vitest'
import { openContext } from '../../../test/fakes/context.ts'
import { aFleet, aPool } from '../../../test/fakes/ports.ts'
import { minute } from '../../../test/fakes/pushed.ts'
import { aMachine } from '../../../test/fakes/records.ts'
import { openBench } from '../../../test/fakes/service.ts'
import { Transient } from '../../domain/errors.ts'
import { createActor } from '../actor.ts'
import { look } from './look.ts'

describe('a machine', () => {
  test('is used as soon as it is listed, its engine answers and its isolation is proven', async () => {
    const bench = await openBench({ machines: [] })
    bench.machines.push('m1')
    await bench.run(6000)
    expect(bench.context.state.machines.get('m1')).toMatchObject({ state: 'ready', isolation: 'verified' })
    const kinds = (await bench.store.journal({ subject: 'machine:m1', limit: 9 })).map(({ kind }) => kind)
    expect(kinds.toReversed()).toEqual(['machine-joined', 'machine-ready', 'isolation-probed'])
  })

  test("has what the fleet's reserve leaves of it", async () => {
    const gi = 1024 ** 3
    const fleets = [aFleet({ reserve: { milliCpu: 500, memory: gi, disk: 1000 * gi } })]
    const bench = await openBench({ machines: ['m1'], fleets })
    expect(bench.context.state.machines.get('m1')?.allocatable).toEqual({ milliCpu: 7500, memory: 31 * gi, disk: 0 })
    bench.fleets[0] = aFleet()
    await bench.run(6000)
    expect(bench.context.state.machines.get('m1')?.allocatable.milliCpu).toBe(8000)
  })

  test('that nobody has looked at is not taken for ready', async () => {
    const context = await openContext({ machines: [aMachine({ state: 'unreachable' })] })
    const actor = createActor(context)
    look(context, actor, 'm1')
    await actor.idle()
    expect(context.state.machines.get('m1')?.state).toBe('unreachable')
    expect(context.known.lookedAt.size).toBe(0)
  })

  test('that stops answering says why, is noted once, and rests a little longer each time', async () => {
    const bench = await openBench({ machines: ['m1'] })
    bench.faults.silent.add('m1')
    await bench.run(minute)
    expect(bench.context.state.machines.get('m1')).toMatchObject({ state: 'unreachable' })
    const kind = 'machine-unreachable'
    expect(await bench.store.journal({ kind, limit: 9 })).toHaveLength(1)
    expect(bench.context.backoffs.failures('machine:m1')).toBeGreaterThan(3)
    bench.faults.silent.clear()
    await bench.run(10_000)
    expect(bench.context.state.machines.get('m1')).toMatchObject({ state: 'ready', detail: undefined })
    expect(bench.context.backoffs.failures('machine:m1')).toBe(0)
  })

  test('that left and comes back under its old name is as new', async () => {
    const bench = await openBench({ machines: ['m1'] })
    await bench.operations.drain('m1', 'disk swap', 'ann')
    bench.machines.length = 0
    await bench.run(20_000)
    expect(bench.context.state.machines.size).toBe(0)
    bench.machines.push('m1')
    await bench.run(10_000)
    const machine = bench.context.state.machines.get('m1')
    expect(machine).toMatchObject({ state: 'ready', cordon: undefined })
    expect(machine?.version).toBeGreaterThan(3)
  })
})

describe('a fleet', () => {
  test('that can not be listed loses no machine, and holds up no other', async () => {
    const fleets = [aFleet(), aFleet({ name: 'spare' })]
    const bench = await openBench({ fleets, machines: ['m1'], pools: [aPool({ fleets: ['local', 'spare'] })] })
    bench.faults.next.set(
      'machines',
      Array.from({ length: 4 }, () => new Transient('no route')),
    )
    bench.machines.push('s1@spare')
    await bench.run(20_000)
    expect([...bench.context.state.machines.values()].map(({ key, state }) => [key, state])).toEqual([
      ['m1', 'ready'],
      ['s1', 'ready'],
    ])
  })
})

describe('isolation', () => {
  test('that no longer holds keeps new agents away', async () => {
    const bench = await openBench({ machines: ['m1'] })
    const runtime = bench.context.runtimes.of('m1')
    Object.assign(runtime ?? {}, { probe: async () => ({ proof: 'unverified', detail: 'reached 169.254.169.254' }) })
    await bench.run(61 * minute, 30_000)
    const late = bench.world.submit({ repository: 'acme/a', labels: ['linux'], durationMs: 1000 })
    await bench.run(10_000)
    expect(late.begun).toBe(0)
    expect(bench.reconciler.plan()?.waits[0]?.reason).toContain('not verified on m1 (reached 169.254.169.254)')
  })
})
