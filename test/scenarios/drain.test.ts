import { describe, expect, test } from 'vitest'
import { drained } from '../../src/compose/drain.ts'
import { aPool } from '../fakes/ports.ts'
import { leftovers, minute, nothing } from '../fakes/pushed.ts'
import { openBench } from '../fakes/service.ts'

const job = { repository: 'acme/a', labels: ['linux'], durationMs: minute }

describe('draining the service', () => {
  test('waits for what runs, lets go of what is idle or prepared, and begins nothing', async () => {
    const bench = await openBench({ pools: [aPool({ warm: { agents: 1, standby: 1 } })] })
    const running = bench.world.submit(job)
    await bench.run(5000)
    let done = false
    const draining = drained(bench.context, bench.reconciler).then(() => (done = true))
    await bench.run(1000)
    const late = bench.world.submit(job)
    await bench.run(30_000)
    expect([running.state, late.state, done]).toEqual(['running', 'queued', false])
    await bench.run(3 * minute)
    expect(done).toBe(true)
    await draining
    expect(running).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(late.begun).toBe(0)
    expect({ ...leftovers(bench), jobs: 0 }).toEqual(nothing)
    expect(bench.reconciler.plan()?.waits).toMatchObject([{ reason: 'Slipway is draining' }])
  })

  test('is over at once when there is nothing', async () => {
    const bench = await openBench()
    await expect(drained(bench.context, bench.reconciler)).resolves.toBeUndefined()
  })
})

describe('stopping the service', () => {
  test('leaves agents running, and the next start picks them up', async () => {
    const bench = await openBench()
    const running = bench.world.submit(job)
    await bench.run(5000)
    await bench.reconciler.stop()
    expect(running.state).toBe('running')
    await bench.clock.advance(20_000)
    await bench.crash()
    await bench.run(3 * minute)
    expect(running).toMatchObject({ state: 'done', conclusion: 'success', begun: 1 })
    expect(bench.world.violations).toEqual([])
    expect(leftovers(bench)).toEqual(nothing)
  })

  test('begins nothing more, whatever comes in', async () => {
    const bench = await openBench()
    await bench.reconciler.stop()
    const late = bench.world.submit(job)
    await bench.run(minute)
    expect([late.begun, bench.world.containers.size]).toEqual([0, 0])
  })
})

describe('draining a machine', () => {
  test('keeps new agents away, leaves the running one alone, and the reason is told', async () => {
    const bench = await openBench({ machines: ['m1'] })
    const running = bench.world.submit(job)
    await bench.run(5000)
    const machine = await bench.operations.drain('m1', 'disk swap', 'ann')
    expect(machine.cordon).toEqual({ reason: 'disk swap', by: 'ann', at: bench.clock.wall() })
    const late = bench.world.submit(job)
    await bench.run(2 * minute)
    expect(running).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(late.begun).toBe(0)
    const explained = await bench.operations.explain(`github/${late.id}/1`)
    expect(explained?.words.at(-1)).toContain('m1 is cordoned (disk swap)')
    await bench.operations.undrain('m1', 'ann')
    await bench.run(2 * minute)
    expect(late).toMatchObject({ state: 'done', begun: 1 })
    const journal = await bench.operations.journal({ subject: 'machine:m1', limit: 10 })
    const entries = journal.map(({ kind, reason, by }) => [kind, reason, by])
    expect(entries).toContainEqual(['cordon-machine', 'disk swap', 'ann'])
    expect(entries).toContainEqual(['uncordon-machine', 'cordon lifted', 'ann'])
  })

  test('dismisses its idle agents and removes its standby containers', async () => {
    const bench = await openBench({ machines: ['m1'], pools: [aPool({ warm: { agents: 1, standby: 1 } })] })
    await bench.run(5000)
    expect(bench.world.containers.size).toBe(2)
    await bench.operations.drain('m1', 'disk swap', 'ann')
    await bench.run(2 * minute)
    expect(leftovers(bench)).toEqual(nothing)
  })
})
