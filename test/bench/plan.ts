import type { Job } from '../../src/domain/jobs/job.ts'
import type { Machine } from '../../src/domain/machine.ts'
import type { Snapshot } from '../../src/domain/plan.ts'
import { plan as decide } from '../../src/planner/plan.ts'
import { aFleet, aPool, gi } from '../fakes/ports.ts'
import { seededRandom } from '../fakes/random.ts'
import { atMost, quantile, rounded, type Benchmark } from './benchmark.ts'

const now = Date.UTC(2026, 0, 5, 9)
const labelSets = 50
const poolCount = 20
const repositories = 200
const runs = 20

/** A plan for a whole queue at once: half of the jobs can be placed, the rest learn why not. No limit binds. */
export const plan: Benchmark = {
  goals: { ms_10k: atMost(50), growth: atMost(1.15) },
  run: async (say) => {
    const sizes = [1000, 10_000, 100_000]
    const ms = sizes.map((jobs) => measure(jobs, say))
    const slopes = Math.log((ms[2] ?? 0) / (ms[0] ?? 1)) / Math.log(100)
    return {
      ms_1k: rounded(ms[0] ?? NaN, 2),
      ms_10k: rounded(ms[1] ?? NaN, 2),
      ms_100k: rounded(ms[2] ?? NaN, 2),
      growth: rounded(slopes),
    }
  },
}

function measure(jobs: number, say: (line: string) => void): number {
  const facts = queue(jobs)
  const times: number[] = []
  for (let run = -5; run < runs; run++) {
    const from = performance.now()
    const { actions, waits } = decide(facts, now)
    const ms = performance.now() - from
    if (run >= 0) times.push(ms)
    if (run > -5) continue
    const started = actions.filter((action) => action.kind === 'start-agent').length
    say(`${jobs} jobs: ${started} agents wanted, ${waits.length} reasons for the rest`)
    if (Math.abs(started - jobs / 2) > jobs / 100)
      throw new Error(`half of ${jobs} jobs should be placeable, not ${started}`)
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
    begun: new Map(),
    bootMs: new Map(),
    durations: new Map(),
  }
  const looks = { machines: new Map<string, number>(), registrations: new Map<string, number>() }
  const nothing = { agents: [], containers: [], backoffs: [], pulls: new Map(), draining: false, looks, ...unknown }
  const fleets = [aFleet({ limits: { agentsPerMachine: 100, machines: Infinity, machinesPerHour: Infinity } })]
  return { ...nothing, jobs, machines, pools, fleets, scopes, images }
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
