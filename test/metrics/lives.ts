import { epoch, type Agent } from '../../src/domain/agent.ts'
import { Transient } from '../../src/domain/errors.ts'
import type { Fleet } from '../../src/domain/fleet.ts'
import { jobKey, type Job } from '../../src/domain/jobs/job.ts'
import type { Charge, JobRun } from '../../src/domain/costs/ledger.ts'
import type { Machine } from '../../src/domain/machine.ts'
import type { Offer } from '../../src/domain/offer.ts'
import type { Pool } from '../../src/domain/pool.ts'
import { noResources } from '../../src/domain/resources.ts'
import type { ContainerRuntime } from '../../src/domain/ports/runtime.ts'
import type { JobSource } from '../../src/domain/ports/source.ts'
import type { Change } from '../../src/domain/ports/store.ts'
import type { Metrics, MetricsSnapshot } from '../../src/metrics/index.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'

const size = { milliCpu: 4000, memory: 8_000_000, disk: 9_000_000 }
export const job: Job = {
  key: '',
  version: 1,
  state: 'queued',
  source: 'github',
  scope: 'acme',
  externalId: '7',
  attempt: 1,
  requirement: { kind: 'all', labels: ['linux'], matchCase: false },
  origin: 'trusted',
  repository: 'acme/app',
  workflow: 'build',
  name: 'test',
  ambiguous: false,
  seenAt: 0,
  receivedAt: 1000,
  queuedAt: 1000,
}
const agent: Agent = {
  key: 'a1',
  version: 1,
  epoch,
  state: 'activating',
  pool: 'small',
  source: 'github',
  scope: 'acme',
  machine: 'm1',
  tries: 1,
  reason: 'a job waits',
  createdAt: 1000,
  stateAt: 1000,
  registered: false,
}
const machine: Machine = {
  key: 'm1',
  version: 1,
  epoch,
  state: 'ready',
  fleet: 'local',
  size,
  allocatable: size,
  isolation: 'verified',
  createdAt: 0,
  stateAt: 0,
  seenAt: 0,
  agentsHad: 0,
}
const container = {
  key: 'c1',
  version: 1,
  epoch,
  state: 'prepared',
  machine: 'm1',
  pool: 'small',
  shape: 's',
  resources: { ...noResources, milliCpu: 500 },
  agent: false,
  createdAt: 0,
} as const
const pool = { name: 'small', limits: { agents: 8, perScope: 8, perRepository: 8 } } as Pool
const wait = {
  source: 'github',
  scope: 'acme',
  requirement: job.requirement,
  code: 'pool-broken',
  pool: 'small',
  count: 3,
  reason: '',
  next: '',
} as const

const priced: Offer = {
  key: 'd8',
  sizeName: 'd8',
  spot: false,
  size,
  price: { nanos: 380_000_000n, currency: 'USD' },
  priceAt: 61_000,
}
const price = { from: 3000, nanosPerHour: '360000000000', currency: 'USD', what: 'running' } as const
const making = { offer: 'd8', sizeName: 'd8', spot: false, template: 't', reason: '', prices: [price] }
const made: Machine = {
  ...machine,
  key: 'vm1',
  state: 'booting',
  fleet: 'cloud',
  made: { ...making, acceptedAt: 3000 },
}
const ready = { ...making, acceptedAt: 3000, readyAt: 43_000 }

export const standing: MetricsSnapshot = {
  version: '1.2.3',
  owner: 'acme-ci',
  jobs: [job, { ...job, queuedAt: 61_000 }, { ...job, state: 'running' }],
  agents: [agent],
  containers: [container],
  machines: [
    { ...machine, cordon: { reason: 'kernel', by: 'ops', at: 0 } },
    { ...made, stateAt: 4000 },
    { ...made, key: 'vm2', made: { ...making, acceptedAt: 9000, prices: [{ ...price, nanosPerHour: undefined }] } },
  ],
  pools: [pool],
  scopes: [{ source: 'github', name: 'acme', binding: 'free', problem: '403' }],
  waits: [wait],
  backoffs: [
    { target: 'machine:m1', failures: 1, until: 9, error: 'down' },
    { target: 'machine:m2', failures: 1, until: 9, error: 'down' },
  ],
  staleness: { github: 91_000 },
  fleets: [
    { name: 'local', limits: { machines: Infinity } } as Fleet,
    {
      name: 'cloud',
      limits: { machines: 40, moneyPerDay: { nanos: 120_000_000_000n, currency: 'USD' } },
      elastic: { maxAgeMs: 86_400_000 },
    } as Fleet,
  ],
  offers: new Map([['cloud', [priced, { ...priced, key: 'd16', price: undefined }]]]),
  spentToday: new Map([['cloud', 2_500_000_000n]]),
  budgets: [
    {
      budget: {
        name: 'pool small, a month',
        target: { kind: 'pool', name: 'small' },
        limit: { nanos: 500_000_000_000n, currency: 'USD' },
        period: 'month',
        warnAt: 0.8,
        hold: false,
      },
      from: 0,
      renewsAt: 9,
      spentNanos: 425_000_000_000n,
      unpricedMs: 1000,
      otherCurrencies: [],
      state: 'warned',
    },
  ],
}

export const source: JobSource = {
  name: 'github',
  kind: 'github',
  binding: 'free',
  scopes: [],
  routes: [
    {
      method: 'POST',
      path: '/hooks/github/github',
      bodyLimit: 9,
      handle: () => Promise.resolve({ delivery: '1', jobs: [] }),
    },
  ],
  width: () => Promise.reject(new Transient('502')),
  read: () => Promise.reject(new TypeError('a bug')),
  inspect: () => Promise.reject(new Transient('502')),
  registrations: () => Promise.resolve([]),
  admit: () => Promise.resolve({ env: {} }),
  dismiss: () => Promise.resolve('gone'),
  examine: () => Promise.resolve([]),
  close: () => Promise.resolve(),
}

function nothing(): Promise<never> {
  return Promise.reject(new Transient('refused'))
}

async function* noLog(): AsyncGenerator<Uint8Array> {
  yield await nothing()
}

export function silentRuntime(): ContainerRuntime {
  return {
    prepare: nothing,
    activate: nothing,
    list: () => Promise.resolve([]),
    activity: nothing,
    end: nothing,
    tail: nothing,
    log: noLog,
    remove: nothing,
    hasImage: nothing,
    pull: nothing,
    probe: nothing,
    examine: nothing,
    bootstrapped: nothing,
    notices: nothing,
    watch: (onEvent) => onEvent({ what: 'died', key: 'a1' }),
    close: () => {},
  }
}

const log = { name: 'acme-ci/2026-01-01/github/a1.log', state: 'kept' } as const
const run: JobRun = {
  job: jobKey(job),
  source: 'github',
  scope: 'acme',
  repository: 'acme/app',
  workflow: 'build',
  name: 'test',
  pool: 'small',
  fleet: 'cloud',
  machine: 'vm1',
  labels: ['linux'],
  milliCpu: 500,
  memory: 1,
  queuedAt: 1000,
  startedAt: 9000,
}
const used = { machine: 'vm1', fleet: 'cloud', day: 0, currency: 'USD', unpricedMs: 0 }
const charges: Charge[] = [
  { ...used, kind: 'boot', nanos: 4_000_000_000n, ms: 40_000 },
  { ...used, kind: 'job', job: jobKey(job), pool: 'small', nanos: 1_500_000_000n, ms: 15_000 },
  { ...used, kind: 'start', pool: 'small', nanos: 250_000_000n, ms: 2500 },
  { ...used, kind: 'idle', currency: 'XXX', nanos: 0n, ms: 7000, unpricedMs: 7000 },
]

/** One life of a job and its agent, and one of a machine, as the store is told of it. */
const history: Change[][] = [
  [
    { kind: 'put', table: 'machine', record: machine, expect: null },
    { kind: 'put', table: 'job', record: { ...job, key: jobKey(job) }, expect: null },
    { kind: 'put', table: 'agent', record: agent, expect: null },
    { kind: 'delivery', source: 'github', delivery: 'd1', at: 1 },
    {
      kind: 'journal',
      entry: { at: 1, kind: 'start-agent', subject: 'agent:a1', reason: '', outcome: 'intended', by: 'slipway' },
    },
  ],
  [
    put('agent', { ...agent, version: 2, state: 'idle', activatedAt: 3500 }, 'activating'),
    put('job', { ...job, version: 2, state: 'running', agent: 'a1', startedAt: 9000 }, 'queued'),
  ],
  [put('agent', { ...agent, version: 3, state: 'gone', exit: { kind: 'finished', detail: '' }, log }, 'idle')],
  [
    put(
      'job',
      { ...job, version: 3, state: 'done', agent: 'a1', startedAt: 9000, doneAt: 69_000, conclusion: 'success' },
      'running',
    ),
  ],
  [{ kind: 'put', table: 'machine', record: made, expect: null }],
  [put('machine', { ...made, version: 2, state: 'ready', stateAt: 43_000, made: ready }, 'booting')],
  [put('machine', { ...made, version: 3, state: 'gone', stateAt: 90_000, made: ready }, 'ready')],
  [
    { kind: 'job-run', run },
    { kind: 'charges', charges, meter: { machine: 'vm1', from: null, until: null } },
  ],
]

function put(table: 'job' | 'agent' | 'machine', record: Job | Agent | Machine, state: string): Change {
  const expect = { state, version: record.version - 1 }
  const keyed = table === 'job' ? { ...record, key: jobKey(job) } : record
  return { kind: 'put', table, record: keyed, expect } as Change
}

/** Makes every metric say something. */
export async function exercise(metrics: Metrics): Promise<void> {
  const store = metrics.measureStore(createMemoryStore())
  for (const batch of history) await store.commit(batch)
  await store.commit([put('job', { ...job, version: 9 }, 'queued')]).catch(() => {})
  await store.prune('journal', 5, 10)
  const measured = metrics.measureSource(source)
  await measured.routes[0]?.handle(Buffer.from(''), {})
  await measured.width({ source: 'github', name: 'acme' }).catch(() => {})
  await measured.read({ source: 'github', name: 'acme' }, []).catch(() => {})
  const runtime = metrics.measureRuntime(silentRuntime(), 'm1')
  runtime.watch(() => {}, new AbortController().signal)
  await runtime.remove('a1').catch(() => {})
  await metrics
    .measureProvider({ kind: 'static', list: nothing })
    .list('local')
    .catch(() => {})
  await metrics
    .measureArchive({ kind: 'directory', put: nothing, get: nothing, prune: nothing, examine: nothing })
    .prune(0, 1)
    .catch(() => {})
  metrics.onServerEvent('hook', { source: 'github', outcome: 'ignored', reason: 'event' })
  metrics.onServerEvent('api', { method: 'GET', route: '/api/v1/jobs', status: '200' })
  metrics.onPlan({ actions: [{ kind: 'inspect-job', job: 'x', reason: '' }], waits: [] }, 3)
  metrics.onLoop('decide', 4, true, 0)
  metrics.onLoop('decide', 4, false, 30)
  metrics.onRecovery('github', { compared: 10, missed: 2, redelivered: 1 })
  metrics.onHookLag('github', 1500)
  metrics.onExtraBuild('jenkins')
  metrics.onPointsLeft('github', 'acme', 4200)
  metrics.observe(() => standing)
}
