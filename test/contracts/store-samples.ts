import { epoch, type Agent, type Container, type Registration } from '../../src/domain/agent.ts'
import { jobKey, type Job } from '../../src/domain/jobs/job.ts'
import type { Charge, JobRun } from '../../src/domain/costs/ledger.ts'
import type { JournalEntry } from '../../src/domain/journal.ts'
import type { Machine } from '../../src/domain/machine.ts'
import type { WaitGroup } from '../../src/domain/plan.ts'
import type { Change, Put, Records, RecordTable } from '../../src/domain/ports/store.ts'
import type { Token } from '../../src/domain/token.ts'

/** Records as the service makes them, with what a test cares about put over them. */
export function aJob(over: Partial<Job> = {}): Job {
  const source = over.source ?? 'github'
  const externalId = over.externalId ?? '1001'
  const attempt = over.attempt ?? 1
  return {
    key: jobKey({ source, externalId, attempt }),
    version: 1,
    state: 'queued',
    source,
    scope: 'acme',
    externalId,
    attempt,
    requirement: { kind: 'all', labels: ['self-hosted', 'linux'], matchCase: false },
    origin: 'trusted',
    repository: 'acme/widgets',
    workflow: 'CI',
    name: 'build “ünïcode” 🚀',
    ambiguous: false,
    seenAt: 1000,
    receivedAt: 1000,
    queuedAt: 1000,
    ...over,
  }
}

export function anAgent(over: Partial<Agent> = {}): Agent {
  return {
    key: 'a1',
    version: 1,
    epoch,
    state: 'requested',
    pool: 'linux',
    source: 'github',
    scope: 'acme',
    machine: 'm1',
    tries: 0,
    reason: 'a job waits',
    createdAt: 1000,
    stateAt: 1000,
    registered: false,
    ...over,
  }
}

export function aRegistration(over: Partial<Registration> = {}): Registration {
  return {
    key: 'github/slipway-acme-a1-1',
    version: 1,
    epoch,
    state: 'requested',
    name: 'slipway-acme-a1-1',
    agent: 'a1',
    try: 1,
    source: 'github',
    scope: 'acme',
    createdAt: 1000,
    ...over,
  }
}

export function aContainer(over: Partial<Container> = {}): Container {
  return {
    key: 'a1',
    version: 1,
    epoch,
    state: 'requested',
    machine: 'm1',
    pool: 'linux',
    shape: 'linux',
    resources: { milliCpu: 1000, memory: 2 ** 31, disk: 2 ** 40 },
    agent: true,
    createdAt: 1000,
    ...over,
  }
}

export function aMachine(over: Partial<Machine> = {}): Machine {
  return {
    key: 'm1',
    version: 1,
    epoch,
    state: 'ready',
    fleet: 'local',
    size: { milliCpu: 8000, memory: 2 ** 34, disk: 2 ** 38 },
    allocatable: { milliCpu: 7000, memory: 2 ** 33, disk: 2 ** 37 },
    isolation: 'verified',
    createdAt: 1000,
    stateAt: 1000,
    seenAt: 1000,
    agentsHad: 0,
    ...over,
  }
}

export function anEntry(over: Partial<JournalEntry> = {}): JournalEntry {
  return {
    at: 1000,
    kind: 'start-agent',
    subject: 'job:github/1001/1',
    reason: 'a job waits',
    outcome: 'intended',
    by: 'slipway',
    ...over,
  }
}

export function aToken(over: Partial<Token> = {}): Token {
  return {
    name: 'ci',
    hash: 'ab12',
    roles: ['read'],
    pools: [],
    repositories: [],
    images: [],
    createdAt: 1000,
    ...over,
  }
}

export function aWaitGroup(over: Partial<WaitGroup> = {}): WaitGroup {
  return {
    source: 'github',
    scope: 'acme',
    requirement: { kind: 'all', labels: ['linux'], matchCase: false },
    code: 'machine-full',
    pool: 'linux',
    count: 3,
    reason: 'machine m1 is full',
    next: 'a slot frees',
    ...over,
  }
}

export function aCharge(over: Partial<Charge> = {}): Charge {
  return {
    machine: 'm1',
    fleet: 'cloud',
    day: 0,
    currency: 'USD',
    kind: 'idle',
    nanos: 1000n,
    ms: 100,
    unpricedMs: 0,
    ...over,
  }
}

export function aJobRun(over: Partial<JobRun> = {}): JobRun {
  return {
    job: 'github/1001/1',
    source: 'github',
    scope: 'acme',
    repository: 'acme/widgets',
    workflow: 'CI',
    name: 'build “ünïcode” 🚀',
    pool: 'linux',
    fleet: 'cloud',
    machine: 'm1',
    labels: ['linux', 'x64'],
    milliCpu: 2000,
    memory: 2 ** 32,
    queuedAt: 1000,
    startedAt: 3000,
    ...over,
  }
}

/** Charges of one machine, with its meter going from the one moment to the other. */
export function charges(from: number | null, until: number | null, ...all: readonly Charge[]): Change {
  return { kind: 'charges', charges: all, meter: { machine: all[0]?.machine ?? 'm1', from, until } }
}

export function jobRun(over: Partial<JobRun> = {}): Change {
  return { kind: 'job-run', run: aJobRun(over) }
}

/** The put of a new record. */
export function insert<T extends RecordTable>(table: T, record: Records[T]): Put<T> {
  return { kind: 'put', table, record, expect: null }
}

/** The put that takes `from` one version on. */
export function update<T extends RecordTable>(table: T, from: Records[T], over: Partial<Records[T]>): Put<T> {
  const record = { ...from, ...over, version: from.version + 1 }
  return { kind: 'put', table, record, expect: { version: from.version, state: from.state } }
}

export function delivery(id: string, over: { source?: string; at?: number } = {}): Change {
  return { kind: 'delivery', source: 'github', delivery: id, at: 1000, ...over }
}

export function journal(over: Partial<JournalEntry> = {}): Change {
  return { kind: 'journal', entry: anEntry(over) }
}

/** Their keys, sorted. */
export function keys(records: readonly { readonly key: string }[]): string[] {
  return records.map(({ key }) => key).sort()
}
