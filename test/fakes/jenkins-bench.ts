import { noCostSettings } from '../../src/domain/costs/settings.ts'
import {
  createJenkinsStandIn,
  type JenkinsStandIn,
  type JenkinsStandInOptions,
  type Node,
} from '../../src/demo/jenkins/index.ts'
import { NotFound } from '../../src/domain/errors.ts'
import type { Job } from '../../src/domain/jobs/job.ts'
import type { Pool } from '../../src/domain/pool.ts'
import type { ContainerRuntime } from '../../src/domain/ports/runtime.ts'
import { newId } from '../../src/kit/ids.ts'
import { createLedger } from '../../src/ledger/index.ts'
import { createBackoffs } from '../../src/reconciler/backoffs.ts'
import { createKnown, type Context } from '../../src/reconciler/context.ts'
import { createReconciler, defaultIntervals, type Reconciler } from '../../src/reconciler/reconciler.ts'
import { openState } from '../../src/reconciler/state.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'
import { createFakeClock, type FakeClock } from './clock.ts'
import { sourceOf } from './jenkins.ts'
import { aFleet, aPool, createFakeProvider, createFaults, silentLogger } from './ports.ts'

/** The real reconciler and source, a controller's stand-in, and containers in which agents connect to it. */
export interface JenkinsBench extends AsyncDisposable {
  readonly clock: FakeClock
  readonly controller: JenkinsStandIn
  /** Running containers by key, with the node that their agents connect as. */
  readonly containers: ReadonlyMap<string, string>
  /** Builds that came to a node which had had its one, as the source counted them. */
  readonly extra: string[]
  context: Context
  /** As the store holds it, live or done. */
  job(externalId: string | number): Promise<Job>
  run(ms: number): Promise<void>
  /** Agents whose connection was lost come back, as they do by themselves. */
  reconnect(): void
  /** The service is killed and started again. */
  crash(): Promise<void>
  /** What should not be there when all is done. */
  left(): { nodes: number; containers: number; agents: number }
}

export interface JenkinsBenchOptions extends JenkinsStandInOptions {
  readonly pool?: Partial<Pool>
  readonly settings?: object
}

export async function openJenkinsBench(options: JenkinsBenchOptions = {}): Promise<JenkinsBench> {
  const { system = 'jenkins' } = options
  const clock = createFakeClock()
  const controller = await createJenkinsStandIn({ ...options, clock })
  const containers = new Map<string, string>()
  const extra: string[] = []
  const store = createMemoryStore()
  const pool = aPool({
    name: 'linux',
    serves: [{ source: 'ci' }],
    labels: ['linux', 'gpu'],
    repositories: ['ci/*'],
    ...options.pool,
  })
  let reconciler: Reconciler

  async function boot(): Promise<void> {
    const deps = {
      clock,
      logger: silentLogger,
      fetch: controller.fetch,
      onExtraBuild: (name: string) => extra.push(name),
    }
    const sources = new Map([['ci', sourceOf(system, controller, deps, options.settings)]])
    const provider = createFakeProvider(clock, () => ['m1'], 'local', createFaults())
    const fleets = [aFleet({ name: 'local' })]
    const providers = new Map([['local', provider]])
    const runtime = createRuntime(controller, containers)
    bench.context = {
      owner: 'ci',
      store,
      state: await openState(store),
      clock,
      logger: silentLogger,
      runtimes: { of: () => runtime, connect: () => {}, forget: () => {} },
      backoffs: createBackoffs(clock, () => 0.5),
      ledger: createLedger(),
      newId: () => newId(),
      wanted: () => ({ pools: [{ ...pool, fleets: ['local'] }], fleets, sources, providers, costs: noCostSettings }),
      known: createKnown(),
    }
    const retention = { jobsMs: 86_400_000, journalMs: 86_400_000, deliveriesMs: 86_400_000, ledgerMs: 86_400_000 }
    const observer = { onPlan: () => {}, onLoop: () => {}, onRecovery: () => {} }
    reconciler = createReconciler(bench.context, defaultIntervals, retention, observer)
    reconciler.start()
    await clock.advance(0)
  }

  const bench: JenkinsBench = {
    clock,
    controller,
    containers,
    extra,
    context: undefined as unknown as Context,
    async job(id) {
      const job = bench.context.state.jobs.get(`ci/${id}/1`) ?? (await store.get('job', `ci/${id}/1`))
      if (!job) throw new Error(`no job ${id}`)
      return job
    },
    async run(ms) {
      for (let passed = 0; passed < ms; passed += 250) await clock.advance(250)
    },
    reconnect() {
      for (const name of containers.values()) {
        const node = controller.nodes().find((each) => each.name === name)
        if (node && !node.connected) controller.connect(node)
      }
    },
    async crash() {
      void reconciler.stop()
      await clock.settle()
      await boot()
    },
    left: () => ({
      nodes: controller.nodes().filter(({ name }) => name.startsWith('slipway-')).length,
      containers: containers.size,
      agents: bench.context.state.agents.size,
    }),
    async [Symbol.asyncDispose]() {
      await reconciler.stop()
      await controller.close()
    },
  }
  await boot()
  await bench.run(6000)
  return bench
}

/** The node that works on the item. */
export function nodeOf({ controller }: JenkinsBench, item: { readonly id: number }): Node {
  const node = controller.nodes().find(({ running }) => running?.item.id === item.id)
  if (!node) throw new Error('no node works on it')
  return node
}

/** Agents that don't end by themselves and tell nothing of what they do, as in a foreign image. */
function createRuntime(controller: JenkinsStandIn, containers: Map<string, string>): ContainerRuntime {
  const prepared = new Map<string, string>()
  const get = (key: string): string => {
    const pool = prepared.get(key)
    if (pool === undefined) throw new NotFound(`no container ${key}`)
    return pool
  }
  return {
    prepare: async ({ key, pool }) => void prepared.set(key, pool),
    async activate(key, { env }) {
      get(key)
      const name = env['JENKINS_AGENT_NAME'] ?? env['HUDSON_AGENT_NAME'] ?? ''
      const node = controller.nodes().find((each) => each.name === name)
      const secret = env['JENKINS_SECRET'] ?? env['HUDSON_SECRET']
      if (!node || node.secret !== secret) throw new Error(`no node ${name} with that secret`)
      containers.set(key, name)
      controller.connect(node)
    },
    list: async () => [...prepared].map(([key, pool]) => ({ key, pool, phase: 'running' as const })),
    activity: async (key) => (get(key) === '' ? 'idle' : containers.has(key) ? 'unknown' : 'idle'),
    end: async (key) => void get(key),
    tail: async () => '',
    async *log() {
      yield Buffer.from('')
    },
    async remove(key) {
      const node = controller.nodes().find(({ name }) => name === containers.get(key))
      if (node?.running) throw new Error(`${key} was removed under ${node.running.run.project.fullName}`)
      prepared.delete(key)
      containers.delete(key)
    },
    watch: () => {},
    hasImage: async () => true,
    pull: async () => {},
    probe: async () => ({ proof: 'verified', detail: '' }),
    examine: async () => [],
    bootstrapped: async () => true,
    notices: async () => [],
    close: () => {},
  }
}
