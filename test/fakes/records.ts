import type { Agent, Container } from '../../src/domain/agent.ts'
import type { Job, JobObservation } from '../../src/domain/jobs/job.ts'
import type { Machine } from '../../src/domain/machine.ts'
import type { Backoff, ScopeStatus, Snapshot } from '../../src/domain/plan.ts'
import type { Pool } from '../../src/domain/pool.ts'
import type { Requirement } from '../../src/domain/jobs/requirement.ts'
import { poolShape } from '../../src/domain/shape.ts'
import { aFleet, aPool, gi } from './ports.ts'

/*
 * Records as they stand in the middle of things; each test says what differs. Times are in milliseconds, and `now` is
 * when it all happens.
 */
export const now = 1_800_000_000_000

export function asks(...labels: string[]): Requirement {
  return { kind: 'all', labels, matchCase: false }
}

export function aJob(patch: Partial<Job> = {}): Job {
  const externalId = patch.externalId ?? 'j1'
  return {
    key: `${patch.source ?? 'github'}/${externalId}/1`,
    version: 1,
    state: 'queued',
    source: 'github',
    scope: 'acme',
    externalId,
    attempt: 1,
    requirement: asks('linux'),
    origin: 'trusted',
    repository: 'acme/a',
    workflow: 'ci',
    name: externalId,
    ambiguous: false,
    seenAt: now - 5000,
    receivedAt: now - 5000,
    queuedAt: now - 5000,
    ...patch,
  }
}

/** Queued jobs of one kind, the first the oldest. */
export function jobs(count: number, patch: Partial<Job> = {}): Job[] {
  const name = patch.externalId ?? 'j'
  return Array.from({ length: count }, (_, i) =>
    aJob({ queuedAt: now - 100_000 + i, ...patch, externalId: `${name}${i + 1}` }),
  )
}

/** A job of an `http` source, which brings what is to be run. */
export function aRequest(patch: Partial<NonNullable<Job['request']>> = {}): NonNullable<Job['request']> {
  const resources = { milliCpu: 2000, memory: 4 * gi, disk: gi }
  return { image: 'agent', command: ['true'], env: {}, resources, timeoutMs: 60_000, ...patch }
}

export function anObservation(patch: Partial<JobObservation> = {}): JobObservation {
  return {
    via: 'event',
    began: now,
    state: 'queued',
    source: 'github',
    scope: 'acme',
    externalId: 'j1',
    attempt: 1,
    requirement: asks('linux'),
    origin: 'unknown',
    repository: 'acme/a',
    workflow: 'ci',
    name: 'build',
    ...patch,
  }
}

export function anAgent(patch: Partial<Agent> = {}): Agent {
  return {
    key: 'a1',
    version: 1,
    epoch: 1,
    state: 'idle',
    pool: 'linux',
    source: 'github',
    scope: 'acme',
    machine: 'm1',
    tries: 1,
    reason: 'a job is queued',
    createdAt: now - 10_000,
    stateAt: now - 5000,
    activatedAt: now - 6000,
    registered: true,
    ...patch,
  }
}

/** Agents of one kind, `a1`, `a2`, …, or with another first letter. */
export function agents(count: number, patch: Partial<Agent> = {}): Agent[] {
  const name = patch.key ?? 'a'
  return Array.from({ length: count }, (_, i) => anAgent({ ...patch, key: `${name}${i + 1}` }))
}

export function aMachine(patch: Partial<Machine> = {}): Machine {
  const size = { milliCpu: 8000, memory: 32 * gi, disk: 100 * gi }
  return {
    key: 'm1',
    version: 1,
    epoch: 1,
    state: 'ready',
    fleet: 'local',
    size,
    allocatable: size,
    isolation: 'verified',
    createdAt: now - 100_000,
    stateAt: now - 100_000,
    seenAt: now - 1000,
    agentsHad: 0,
    ...patch,
  }
}

/** The body of an agent unless `agent` is false: then a standby container. */
export function aContainer(patch: Partial<Container> = {}, pool: Pool = aPool()): Container {
  return {
    key: 'a1',
    version: 1,
    epoch: 1,
    state: 'prepared',
    machine: 'm1',
    pool: pool.name,
    shape: poolShape(pool),
    resources: pool.resources,
    agent: true,
    createdAt: now - 10_000,
    ...patch,
  }
}

export function aStandby(key: string, pool: Pool = aPool(), patch: Partial<Container> = {}): Container {
  return aContainer({ key, agent: false, ...patch }, pool)
}

export function aScope(patch: Partial<ScopeStatus> = {}): ScopeStatus {
  const width = { repositories: ['acme/a', 'acme/b'], allowsPublic: false }
  return { source: 'github', name: 'acme', binding: 'free', width, ...patch }
}

export function aBackoff(target: string, patch: Partial<Backoff> = {}): Backoff {
  return { target, failures: 1, until: now + 10_000, error: 'bad gateway', ...patch }
}

export interface Scene {
  readonly jobs?: readonly Job[]
  readonly agents?: readonly Agent[]
  /** Containers of their own; those of the agents are there anyway. */
  readonly containers?: readonly Container[]
  readonly machines?: readonly Machine[]
  readonly pools?: readonly Pool[]
  readonly fleets?: Snapshot['fleets']
  readonly scopes?: readonly ScopeStatus[]
  readonly backoffs?: readonly Backoff[]
  readonly draining?: boolean
  /** Every pool's image on every machine, unless said. */
  readonly images?: readonly string[]
  readonly pulls?: ReadonlyMap<string, string>
  /** When every machine and scope was last looked at: just now, unless said. */
  readonly lookedAt?: number
  readonly offers?: Snapshot['offers']
  readonly spentToday?: Snapshot['spentToday']
  readonly budgets?: Snapshot['budgets']
  readonly begun?: Snapshot['begun']
  readonly bootMs?: Snapshot['bootMs']
  readonly durations?: Snapshot['durations']
}

/** What the planner is given: one pool, one machine, one scope unless said otherwise. */
export function aSnapshot(scene: Scene = {}): Snapshot {
  const { jobs: all = [], agents: own = [], machines = [aMachine()], pools = [aPool()], containers = [] } = scene
  const scopes = scene.scopes ?? [aScope()]
  const bodies = own.map((agent) => bodyOf(agent, pools))
  const everywhere = machines.flatMap((machine) => pools.map((pool) => `${machine.key}/${pool.image}`))
  return {
    jobs: new Map(all.map((job) => [job.key, job])),
    agents: own,
    containers: [...bodies, ...containers],
    machines,
    pools,
    fleets: scene.fleets ?? [aFleet()],
    scopes,
    backoffs: scene.backoffs ?? [],
    draining: scene.draining ?? false,
    images: new Set(scene.images ?? everywhere),
    pulls: scene.pulls ?? new Map(),
    looks: {
      machines: new Map(machines.map(({ key }) => [key, scene.lookedAt ?? now])),
      registrations: new Map(scopes.map(({ source, name }) => [`${source}/${name}`, scene.lookedAt ?? now])),
    },
    offers: scene.offers ?? new Map(),
    spentToday: scene.spentToday ?? new Map(),
    budgets: scene.budgets ?? [],
    begun: scene.begun ?? new Map(),
    bootMs: scene.bootMs ?? new Map(),
    durations: scene.durations ?? new Map(),
  }
}

function bodyOf(agent: Agent, pools: readonly Pool[]): Container {
  const pool = pools.find(({ name }) => name === agent.pool) ?? aPool({ name: agent.pool })
  return aContainer({ key: agent.key, machine: agent.machine, state: 'active' }, pool)
}
