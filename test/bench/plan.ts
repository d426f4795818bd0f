import type { Job } from '../../src/domain/jobs/job.ts'
import type { Machine } from '../../src/domain/machine.ts'
import type { Money } from '../../src/domain/money.ts'
import type { Offer } from '../../src/domain/offer.ts'
import type { Snapshot } from '../../src/domain/plan.ts'
import { plan as decide } from '../../src/planner/plan.ts'
import { aFleet, anElasticity, aPool, gi } from '../fakes/ports.ts'
import { seededRandom } from '../fakes/random.ts'
import { atMost, quantile, rounded, type Benchmark } from './benchmark.ts'

const now = Date.UTC(2026, 0, 5, 9)
const labelSets = 50
const poolCount = 20
const repositories = 200
const runs = 20

/**
 * A plan for a whole queue at once: half of the jobs can be placed, the rest learn why not. No limit binds. `elastic`:
 * the same, but only a fifth of them finds room; a tenth waits for machines that boot, and for the others the cheapest
 * set of machines is to be found, in two fleets of many sizes.
 */
export const plan: Benchmark = {
  goals: { ms_10k: atMost(50), growth: atMost(1.15), elastic_ms_10k: atMost(50), elastic_growth: atMost(1.15) },
  run: async (say) => {
    const given = figures((jobs) => measure(queue(jobs), jobs, say))
    const elastic = figures((jobs) => measure(elasticQueue(jobs), jobs, say))
    return {
      ...given,
      ...Object.fromEntries(Object.entries(elastic).map(([name, figure]) => [`elastic_${name}`, figure])),
    }
  },
}

function figures(measured: (jobs: number) => number): Record<string, number> {
  const ms = [1000, 10_000, 100_000].map(measured)
  const slopes = Math.log((ms[2] ?? 0) / (ms[0] ?? 1)) / Math.log(100)
  return {
    ms_1k: rounded(ms[0] ?? NaN, 2),
    ms_10k: rounded(ms[1] ?? NaN, 2),
    ms_100k: rounded(ms[2] ?? NaN, 2),
    growth: rounded(slopes),
  }
}

function measure(facts: Snapshot, jobs: number, say: (line: string) => void): number {
  const times: number[] = []
  for (let run = -5; run < runs; run++) {
    const from = performance.now()
    const { actions, waits } = decide(facts, now)
    const ms = performance.now() - from
    if (run >= 0) times.push(ms)
    if (run > -5) continue
    const started = actions.filter((action) => action.kind === 'start-agent').length
    const machines = actions.filter((action) => action.kind === 'create-machine').length
    const coming = waits.reduce((sum, wait) => sum + (wait.code === 'machine-coming' ? wait.count : 0), 0)
    say(`${jobs} jobs: ${started} agents and ${machines} machines wanted, ${waits.length} reasons for the rest`)
    if (Math.abs(started + coming - jobs / 2) > jobs / 100)
      throw new Error(`half of ${jobs} jobs should be placeable or have a machine coming, not ${started} + ${coming}`)
  }
  return quantile(times, 0.5)
}

/** Pool p has labels l0…l(2.5 p); of the 50 label sets every second asks for a label that no pool has. */
function queue(count: number): Snapshot {
  const random = seededRandom(7)
  const pools = Array.from({ length: poolCount }, (_, p) =>
    aPool({
      name: `pool-${p}`,
      labels: ['self-hosted', 'linux', `p${p}`, ...Array.from({ length: 5 }, (_each, i) => `l${p}-${i}`)],
      limits: { agents: count, perScope: count, perRepository: count },
    }),
  )
  const requirements = Array.from({ length: labelSets }, (_, set) => {
    const pool = set % poolCount
    return ['self-hosted', 'Linux', set % 2 === 0 ? `l${pool}-${set % 5}` : `none-${set}`]
  })
  const jobs = new Map<string, Job>()
  for (let i = 0; i < count; i++) {
    const job = aJob(i, requirements[i % labelSets] ?? [], `acme/r${Math.floor(random() * repositories)}`)
    jobs.set(job.key, job)
  }
  const machines = Array.from({ length: count / 10 }, (_, i) => aMachine(i))
  const images = new Set(machines.map((machine) => `${machine.key}/agent`))
  const width = { repositories: 'all' as const, allowsPublic: false }
  const scopes = [{ source: 'github', name: 'acme', binding: 'free' as const, width }]
  const unknown = {
    offers: new Map(),
    spentToday: new Map(),
    budgets: [],
    begun: new Map(),
    bootMs: new Map(),
    durations: new Map(),
  }
  const looks = { machines: new Map<string, number>(), registrations: new Map<string, number>() }
  const nothing = { agents: [], containers: [], backoffs: [], pulls: new Map(), draining: false, looks, ...unknown }
  const fleets = [aFleet({ limits: { agentsPerMachine: 100, machines: Infinity, machinesPerHour: Infinity } })]
  return { ...nothing, jobs, machines, pools, fleets, scopes, images }
}

/** The same queue; a pool asks fleet `azure` first or `spot` first, and the machines of both come and go. */
function elasticQueue(count: number): Snapshot {
  const given = queue(count)
  const elastic = anElasticity({ choose: 'cheapest', consolidate: true, warm: { machines: 2, stopped: 2 } })
  const fleets = ['azure', 'spot'].map((name) => aFleet({ name, provider: 'azure', elastic }))
  const pools = given.pools.map((pool, i) => ({ ...pool, fleets: i % 2 === 0 ? ['azure', 'spot'] : ['spot', 'azure'] }))
  const machines = Array.from({ length: (count * 3) / 50 }, (_, i) => aMadeMachine(i, i % 3 === 2))
  const images = new Set(machines.map((machine) => `${machine.key}/agent`))
  const sizes = [2, 4, 8, 16, 32, 48, 64, 96].flatMap((cpus) => [anOffer(cpus, false), anOffer(cpus, true)])
  return {
    ...given,
    pools,
    machines,
    images,
    fleets: fleets.map((fleet) => ({ ...fleet, limits: { ...fleet.limits, moneyPerDay: dollars(10_000_000) } })),
    offers: new Map(fleets.map(({ name }) => [name, sizes])),
  }
}

function anOffer(cpus: number, spot: boolean): Offer {
  const size = { milliCpu: cpus * 1000, memory: cpus * 4 * gi, disk: 512 * gi }
  const cents = cpus * 4.8 + Math.sqrt(cpus)
  const key = `d${cpus}${spot ? '/spot' : ''}`
  return { key, sizeName: `d${cpus}`, spot, size, price: dollars((spot ? 0.3 : 1) * (cents / 100)) }
}

function dollars(amount: number): Money {
  return { nanos: BigInt(Math.round(amount * 1e9)), currency: 'USD' }
}

function aMadeMachine(i: number, booting: boolean): Machine {
  const prices = [{ from: now - 60_000, nanosPerHour: '380000000', currency: 'USD', what: 'running' as const }]
  const making = { offer: 'd8', sizeName: 'd8', spot: false, template: 't1', reason: 'jobs wait', prices }
  return {
    ...aMachine(i),
    fleet: i % 2 === 0 ? 'azure' : 'spot',
    state: booting ? 'booting' : 'ready',
    isolation: booting ? 'unknown' : 'verified',
    made: { ...making, acceptedAt: now - 60_000, ...(!booting && { readyAt: now - 10_000 }) },
  }
}

function aJob(i: number, labels: readonly string[], repository: string): Job {
  return {
    key: `github/${i}/1`,
    version: 1,
    state: 'queued',
    source: 'github',
    scope: 'acme',
    externalId: String(i),
    attempt: 1,
    // As parsed from a payload of its own: no job shares its labels with another.
    requirement: { kind: 'all', labels: [...labels], matchCase: false },
    origin: 'trusted',
    repository,
    workflow: 'ci',
    name: `job ${i}`,
    ambiguous: false,
    seenAt: now - i,
    receivedAt: now - i,
    queuedAt: now - i,
  }
}

/** Room for five agents of 2 CPUs and 4 GiB: half of ten jobs a machine. */
function aMachine(i: number): Machine {
  const size = { milliCpu: 10_000, memory: 20 * gi, disk: 100 * gi }
  return {
    key: `m${String(i).padStart(6, '0')}`,
    version: 1,
    epoch: 1,
    state: 'ready',
    fleet: 'local',
    size,
    allocatable: size,
    isolation: 'verified',
    createdAt: now,
    stateAt: now,
    seenAt: now,
    agentsHad: 0,
  }
}
