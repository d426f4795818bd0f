import { epoch, type Agent } from '../../src/domain/agent.ts'
import { Transient } from '../../src/domain/errors.ts'
import { jobKey, type Job } from '../../src/domain/jobs/job.ts'
import type { Machine } from '../../src/domain/machine.ts'
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

export const standing: MetricsSnapshot = {
  version: '1.2.3',
  owner: 'acme-ci',
  jobs: [job, { ...job, queuedAt: 61_000 }, { ...job, state: 'running' }],
  agents: [agent],
  containers: [container],
  machines: [{ ...machine, cordon: { reason: 'kernel', by: 'ops', at: 0 } }],
  pools: [pool],
  scopes: [{ source: 'github', name: 'acme', binding: 'free', problem: '403' }],
  waits: [wait],
  backoffs: [
    { target: 'machine:m1', failures: 1, until: 9, error: 'down' },
    { target: 'machine:m2', failures: 1, until: 9, error: 'down' },
  ],
  staleness: { github: 91_000 },
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

export function silentRuntime(): ContainerRuntime {
  return {
    prepare: nothing,
    activate: nothing,
    list: () => Promise.resolve([]),
    activity: nothing,
    end: nothing,
    tail: nothing,
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

const making = { offer: 'd8', sizeName: 'd8', spot: false, template: 't', reason: '', prices: [] }
const made: Machine = {
  ...machine,
  key: 'vm1',
  state: 'booting',
  fleet: 'cloud',
  made: { ...making, acceptedAt: 3000 },
}
const ready = { ...making, acceptedAt: 3000, readyAt: 43_000 }

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
  [put('agent', { ...agent, version: 3, state: 'gone', exit: { kind: 'finished', detail: '' } }, 'idle')],
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
  metrics.onServerEvent('hook', { source: 'github', outcome: 'ignored', reason: 'event' })
  metrics.onServerEvent('api', { method: 'GET', route: '/api/v1/jobs', status: '200' })
  metrics.onPlan({ actions: [{ kind: 'inspect-job', job: 'x', reason: '' }], waits: [] }, 3)
  metrics.onLoop('decide', 4, true)
  metrics.onLoop('decide', 4, false)
  metrics.onRecovery('github', { compared: 10, missed: 2, redelivered: 1 })
  metrics.onHookLag('github', 1500)
  metrics.onExtraBuild('jenkins')
  metrics.onPointsLeft('github', 'acme', 4200)
  metrics.observe(() => standing)
}
