import { describe, expect, test } from 'vitest'
import { aFleet, aPool } from '../fakes/ports.ts'
import { openBench, type Bench } from '../fakes/service.ts'
import { leftovers, minute, nothing } from '../fakes/pushed.ts'

const job = { repository: 'acme/a', labels: ['linux'], durationMs: 3 * minute }

/** What `reload` does once the configuration has been replaced. */
async function reload(bench: Bench): Promise<void> {
  bench.reconciler.refresh()
  await bench.run(5000)
}

function ended(bench: Bench): Promise<string[]> {
  return bench.store.journal({ kind: 'end-agent', limit: 20 }).then((entries) => entries.map(({ reason }) => reason))
}

describe('a pool that leaves the configuration', () => {
  test('keeps its running agents to their end and makes no more', async () => {
    const bench = await openBench()
    const running = bench.world.submit(job)
    await bench.run(5000)
    bench.pools = [aPool({ name: 'other', labels: ['other'] })]
    await reload(bench)
    const late = bench.world.submit(job)
    await bench.run(5 * minute)
    expect(running).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(late.state).toBe('queued')
    expect(bench.reconciler.plan()?.waits).toMatchObject([{ code: 'unserved', count: 1 }])
    expect({ ...leftovers(bench), jobs: 0 }).toEqual(nothing)
  })

  test('gives up its idle agents, its standby containers and those it was about to start', async () => {
    const pool = aPool({ warm: { agents: 1, standby: 2 } })
    const bench = await openBench({ pools: [pool] })
    await bench.run(5000)
    expect(bench.world.containers.size).toBe(3)
    bench.pools = [aPool({ name: 'other', labels: ['other'] })]
    await reload(bench)
    await bench.run(3 * minute)
    expect(leftovers(bench)).toEqual(nothing)
  })

  test('comes back with another image: standby containers of the old one go', async () => {
    const pool = aPool({ warm: { agents: 0, standby: 2 } })
    const bench = await openBench({ pools: [pool] })
    await bench.run(5000)
    const before = new Set(bench.world.containers.keys())
    bench.pools = [{ ...pool, image: 'agent:2' }]
    await reload(bench)
    await bench.run(5000)
    const after = [...bench.world.containers.keys()]
    expect(after).toHaveLength(2)
    expect(after.filter((key) => before.has(key))).toEqual([])
  })
})

describe('a machine that leaves the configuration', () => {
  test('is cordoned, and forgotten once its last job has ended', async () => {
    const bench = await openBench()
    const running = bench.world.submit(job)
    await bench.run(5000)
    const on = [...bench.world.containers.values()][0]?.machine ?? ''
    bench.machines.splice(bench.machines.indexOf(on), 1)
    await reload(bench)
    expect(bench.context.state.machines.get(on)?.cordon).toMatchObject({ by: 'rule' })
    await bench.run(5 * minute)
    expect(running).toMatchObject({ state: 'done', conclusion: 'success' })
    expect([...bench.context.state.machines.keys()]).not.toContain(on)
  })

  test('and comes back is used again', async () => {
    const bench = await openBench({ machines: ['m1'] })
    bench.world.submit(job)
    await bench.run(5000)
    bench.machines.length = 0
    await reload(bench)
    bench.machines.push('m1')
    await reload(bench)
    expect(bench.context.state.machines.get('m1')).toMatchObject({ state: 'ready', cordon: undefined })
  })

  test('while it does not answer: its agents are lost, its standby containers forgotten', async () => {
    const bench = await openBench({ machines: ['m1'], pools: [aPool({ warm: { agents: 0, standby: 1 } })] })
    bench.world.submit(job)
    await bench.run(5000)
    bench.faults.silent.add('m1')
    await bench.run(10_000)
    bench.machines.length = 0
    await bench.run(minute)
    expect(bench.context.state.machines.size).toBe(0)
    expect(await ended(bench)).toContain('host-lost: machine m1 left')
    expect(bench.context.state.containers.size).toBe(0)
    expect(bench.context.state.agents.size).toBe(0)
  })
})

describe('a fleet that leaves the configuration', () => {
  const fleets = [aFleet(), aFleet({ name: 'spare' })]
  const pools = [aPool({ fleets: ['spare', 'local'] })]

  test('takes its machines along, after their last job', async () => {
    const bench = await openBench({ fleets, pools, machines: ['m1', 's1@spare'] })
    const running = bench.world.submit(job)
    await bench.run(5000)
    expect([...bench.world.containers.values()][0]?.machine).toBe('s1')
    bench.fleets.splice(1)
    bench.pools = [aPool()]
    await reload(bench)
    expect(bench.context.state.machines.get('s1')?.cordon).toBeDefined()
    await bench.run(5 * minute)
    expect(running).toMatchObject({ state: 'done', conclusion: 'success' })
    expect([...bench.context.state.machines.keys()]).toEqual(['m1'])
  })

  test('over a restart takes them along too, though nobody can reach them any more', async () => {
    const bench = await openBench({ fleets, pools, machines: ['m1', 's1@spare'] })
    bench.world.submit(job)
    await bench.run(5000)
    bench.fleets.splice(1)
    bench.pools = [aPool()]
    await bench.crash()
    await bench.run(minute)
    expect([...bench.context.state.machines.keys()]).toEqual(['m1'])
    expect(await ended(bench)).toContain('host-lost: machine s1 left')
  })
})

describe('a source that leaves the configuration', () => {
  test('keeps running agents to their end, and no record stays', async () => {
    const bench = await openBench({ pools: [aPool({ warm: { agents: 1, standby: 0 } })] })
    const running = bench.world.submit(job)
    await bench.run(5000)
    bench.sources.delete('github')
    await reload(bench)
    await bench.run(8 * minute)
    expect(running).toMatchObject({ state: 'done', conclusion: 'success' })
    expect(bench.context.state.agents.size).toBe(0)
    expect(bench.context.state.registrations.size).toBe(0)
    expect(bench.world.containers.size).toBe(0)
  })
})
