import { describe, expect, test } from 'vitest'
import { Transient, Unauthorized } from '../../src/domain/errors.ts'
import { aPool } from '../fakes/ports.ts'
import { minute } from '../fakes/pushed.ts'
import { openBench, type Bench } from '../fakes/service.ts'

const wanting = (scope: string, repository = 'acme/a') => ({ repository, labels: ['linux'], durationMs: minute, scope })
const limits = { agents: 100, perScope: 100, perRepository: 100 }
const scopes = ['acme', 'acme/b']

function agentsIn(bench: Bench): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { scope } of bench.context.state.agents.values()) counts[scope] = (counts[scope] ?? 0) + 1
  return counts
}

describe('scopes that share a pool', () => {
  test('get as many agents each, though one asked much earlier and for much more', async () => {
    const bench = await openBench({ scopes, pools: [aPool({ limits: { ...limits, agents: 4 } })] })
    for (let i = 0; i < 20; i++) bench.world.submit(wanting('acme'))
    for (let i = 0; i < 2; i++) bench.world.submit(wanting('acme/b'))
    const mail = bench.mail.splice(0)
    await Promise.all(mail.map((event) => bench.hand(event)))
    await bench.run(5000)
    expect(agentsIn(bench)).toEqual({ acme: 2, 'acme/b': 2 })
  })

  test('a scope that comes late gets its half of the next agents that are free', async () => {
    const bench = await openBench({ scopes, machines: ['m1'] })
    for (let i = 0; i < 20; i++) bench.world.submit(wanting('acme'))
    await bench.run(30_000)
    expect(agentsIn(bench)).toEqual({ acme: 4 })
    for (let i = 0; i < 20; i++) bench.world.submit(wanting('acme/b'))
    await bench.run(45_000)
    expect(agentsIn(bench)).toEqual({ acme: 2, 'acme/b': 2 })
  })

  test('each keeps to its limit, and the wait names the scope', async () => {
    const bench = await openBench({ scopes, pools: [aPool({ limits: { ...limits, perScope: 1 } })] })
    for (const scope of [...scopes, ...scopes]) bench.world.submit(wanting(scope))
    await bench.run(10_000)
    const reasons = bench.reconciler.plan()?.waits.map(({ reason }) => reason) ?? []
    expect(reasons.sort()).toEqual([
      'scope acme has its most agents in pool linux, 1',
      'scope acme/b has its most agents in pool linux, 1',
    ])
    let most = 0
    for (let i = 0; i < 140; i++) {
      await bench.run(1000)
      most = Math.max(most, ...Object.values(agentsIn(bench)))
    }
    expect(most).toBe(1)
    expect([...bench.world.jobs.values()].every((job) => job.state === 'done')).toBe(true)
  })

  test('one in trouble does not hold up the other', async () => {
    const bench = await openBench({ scopes })
    bench.faults.next.set(
      'read acme',
      Array.from({ length: 50 }, () => new Unauthorized('Bad credentials')),
    )
    await bench.run(3 * minute, 5000)
    const job = bench.world.submit(wanting('acme/b'))
    await bench.run(10_000)
    expect(job.begun).toBe(1)
    // And what is pushed for the troubled one is still served.
    const other = bench.world.submit(wanting('acme'))
    await bench.run(10_000)
    expect(other.begun).toBe(1)
  })
})

describe('repositories that share a scope', () => {
  test('each keeps to its limit while agents start, and others pass', async () => {
    const bench = await openBench({ pools: [aPool({ limits: { ...limits, perRepository: 2 } })] })
    for (let i = 0; i < 6; i++) bench.world.submit(wanting('acme'))
    await bench.run(5000)
    expect(bench.context.state.agents.size).toBe(2)
    const other = bench.world.submit(wanting('acme', 'acme/b'))
    await bench.run(5000)
    expect(bench.context.state.agents.size).toBeGreaterThan(2)
    await bench.run(6 * minute, 5000)
    expect(other.begun).toBe(1)
    expect([...bench.world.jobs.values()].every((job) => job.state === 'done')).toBe(true)
  })
})

describe('pools that share machines', () => {
  test('the one of higher priority is served first', async () => {
    const pools = [aPool(), aPool({ name: 'release', labels: ['release'], priority: 10 })]
    const bench = await openBench({ machines: ['m1'], pools })
    for (let i = 0; i < 8; i++) bench.world.submit(wanting('acme'))
    await bench.run(10_000)
    for (let i = 0; i < 4; i++) bench.world.submit({ ...wanting('acme'), labels: ['release'] })
    await bench.run(70_000)
    const begun = [...bench.world.jobs.values()].filter((job) => job.labels.includes('release') && job.begun > 0)
    expect(begun).toHaveLength(4)
  })
})

describe('trouble', () => {
  test('long past does not make the next one last longer', async () => {
    const bench = await openBench()
    for (let i = 0; i < 5; i++) {
      bench.faults.next.set('read acme', [new Transient('bad gateway')])
      bench.faults.next.set('admit', [new Transient('bad gateway')])
      bench.world.submit({ ...wanting('acme'), durationMs: 1000 })
      await bench.run(3 * minute, 5000)
    }
    expect([...bench.world.jobs.values()].every((job) => job.state === 'done')).toBe(true)
    expect(bench.context.backoffs.list().filter(({ failures }) => failures > 0)).toEqual([])
  })
})
