import type { Agent, Container } from '../../src/domain/agent.ts'
import { jobKey, type Job, type JobState } from '../../src/domain/jobs/job.ts'
import { wasteKinds, type Charge } from '../../src/domain/costs/ledger.ts'
import type { Machine, MachineState } from '../../src/domain/machine.ts'
import type { Change } from '../../src/domain/ports/store.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { createMetrics, type Metrics, type MetricsSnapshot } from '../../src/metrics/index.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'
import { startServerFixture } from '../contracts/server-fixture.ts'
import { anOffer } from '../fakes/cloud.ts'
import { aMadeMachine } from '../fakes/made.ts'
import { aFleet, anElasticity, aPool } from '../fakes/ports.ts'
import { aContainer, aJob, anAgent } from '../fakes/records.ts'
import { atMost, quantile, rounded, type Benchmark } from './benchmark.ts'

const poolCount = 50
const fleetCount = 10
const machineCount = 5000
const agentsEach = 6
const jobCount = 40_000
const repositories = 100
const scrapes = 60

const poolNames = Array.from({ length: poolCount }, (_, i) => `pool-${i}`)
const fleetNames = Array.from({ length: fleetCount }, (_, i) => `fleet-${i}`)

/**
 * `/metrics` of a large installation over HTTP, with all labels that its pools and fleets can bring: 5,000 machines of
 * ten fleets, 30,000 agents of 50 pools, 40,000 live jobs of 100 repositories, which have series of their own too.
 * `block_ms`: how long one scrape lets nothing else run.
 */
export const scrape: Benchmark = {
  goals: { ms: atMost(50), block_ms: atMost(50), bytes: atMost(2_000_000) },
  run: async (say) => {
    const metrics = createMetrics({ clock: systemClock, perRepository: { enabled: true, limit: repositories } })
    await fill(metrics)
    const standing = createStanding()
    metrics.observe(standing)
    await using server = await startServerFixture({ metrics: metrics.scrape })
    const read = async () => (await fetch(`${server.adminUrl}/metrics`)).text()
    let body = ''
    const times: number[] = []
    const blocks: number[] = []
    for (let run = -10; run < scrapes; run++) {
      const from = performance.now()
      body = await read()
      const ms = performance.now() - from
      const block = await longestBlock(metrics)
      if (run < 0) continue
      times.push(ms)
      blocks.push(block)
    }
    const series = body.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
    say(`${series} series of ${machineCount} machines, ${machineCount * agentsEach} agents, ${jobCount} jobs`)
    return {
      ms: rounded(quantile(times, 0.5), 1),
      ms_p99: rounded(quantile(times, 0.99), 1),
      block_ms: rounded(quantile(blocks, 0.5), 1),
      bytes: Buffer.byteLength(body),
      series,
    }
  },
}

/** Milliseconds of the longest time in which nothing else ran while a scrape was made. */
async function longestBlock(metrics: Metrics): Promise<number> {
  let longest = 0
  let last = performance.now()
  let done = false
  const tick = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (!done) setImmediate(tick)
  }
  const asked = metrics.scrape().finally(() => (done = true))
  tick()
  await asked
  return longest
}

function createStanding(): () => MetricsSnapshot {
  const machines = new Map(Array.from({ length: machineCount }, (_, i) => machine(i)).map((one) => [one.key, one]))
  const agents: Agent[] = []
  const containers: Container[] = []
  const states = ['activating', 'idle', 'running', 'running', 'running', 'draining', 'ending'] as const
  for (let i = 0; i < machineCount * agentsEach; i++) {
    const at = { key: `a${i}`, machine: `m${i % machineCount}`, pool: poolNames[i % poolCount] ?? '' }
    agents.push(anAgent({ ...at, state: states[i % states.length] }))
    containers.push(aContainer({ ...at, agent: i % 20 !== 0 }))
  }
  const jobs = Array.from({ length: jobCount }, (_, i) => job(i, i % 3 === 0 ? 'queued' : 'running'))
  const elastic = anElasticity()
  const fleets = fleetNames.map((name) => aFleet({ name, elastic }))
  const sizes = Array.from({ length: 24 }, (_, i) => anOffer({ key: `d${i}`, priceAt: systemClock.wall() }))
  const facts = {
    version: '1',
    owner: 'bench',
    pools: poolNames.map((name) => aPool({ name })),
    fleets,
    scopes: ['github', 'jenkins'].map((source) => ({ source, name: 'acme', binding: 'free' as const })),
    waits: [],
    backoffs: [],
    offers: new Map(fleetNames.map((name) => [name, sizes])),
    spentToday: new Map<string, bigint>(),
    staleness: { github: 0, jenkins: 0 },
    budgets: [],
  }
  return () => ({ ...facts, machines: [...machines.values()], agents, containers, jobs })
}

function machine(i: number): Machine {
  const states: MachineState[] = ['ready', 'ready', 'ready', 'ready', 'booting', 'deleting', 'stopped', 'unreachable']
  return aMadeMachine({ key: `m${i}`, fleet: fleetNames[i % fleetCount], state: states[i % states.length] })
}

function job(i: number, state: JobState): Job {
  const one = aJob({ externalId: `j${i}`, source: i % 2 === 0 ? 'github' : 'jenkins', state })
  return { ...one, key: jobKey(one), repository: `acme/r${i % repositories}` }
}

/** Every series that pools and fleets of this number can have: histograms of every pool, costs of every pair. */
async function fill(metrics: Metrics): Promise<void> {
  const store = metrics.measureStore(createMemoryStore())
  for (const [p, pool] of poolNames.entries()) {
    const agent = anAgent({ key: `f${p}`, pool, state: 'activating', activatedAt: undefined })
    await store.commit([{ kind: 'put', table: 'agent', record: agent, expect: null }])
    for (const [c, conclusion] of (['success', 'failure', 'cancelled', 'lost'] as const).entries())
      for (const change of lifeOf(job(1_000_000 + (p * 4 + c) * 2 + (c % 2), 'queued'), agent, conclusion))
        await store.commit([change])
  }
  for (const fleet of fleetNames) {
    await store.commit([
      { kind: 'put', table: 'machine', record: { ...machine(0), key: `x${fleet}`, fleet }, expect: null },
    ])
    const meter = { machine: `x${fleet}`, from: null, until: null }
    await store.commit([{ kind: 'charges', charges: chargesOf(fleet), meter }])
  }
}

function lifeOf(queued: Job, agent: Agent, conclusion: Job['conclusion']): Change[] {
  const started = { ...queued, version: 2, state: 'running' as const, agent: agent.key, startedAt: queued.queuedAt }
  const done = { ...started, version: 3, state: 'done' as const, doneAt: queued.queuedAt, conclusion }
  return [
    { kind: 'put', table: 'job', record: queued, expect: null },
    { kind: 'put', table: 'job', record: started, expect: { state: 'queued', version: 1 } },
    { kind: 'put', table: 'job', record: done, expect: { state: 'running', version: 2 } },
  ]
}

/** Every fifth pool runs on the fleet. */
function chargesOf(fleet: string): Charge[] {
  const used = { machine: `x${fleet}`, fleet, day: 0, currency: 'USD', nanos: 1n, ms: 1, unpricedMs: 0 }
  const unheld = wasteKinds.map((kind): Charge => ({ ...used, kind }))
  const held = poolNames.filter((_, i) => i % 5 === 0)
  return [
    ...unheld,
    ...held.flatMap((pool): Charge[] => [
      { ...used, kind: 'start', pool },
      { ...used, kind: 'warm', pool },
    ]),
  ]
}
