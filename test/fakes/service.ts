import type { JobObservation } from '../../src/domain/jobs/job.ts'
import { noCostSettings, type CostSettings } from '../../src/domain/costs/settings.ts'
import type { Fleet } from '../../src/domain/fleet.ts'
import type { Money } from '../../src/domain/money.ts'
import type { Logger } from '../../src/domain/ports/logger.ts'
import type { Pool } from '../../src/domain/pool.ts'
import type { Operations } from '../../src/domain/ports/operations.ts'
import type { JobSource, ScopeWidth } from '../../src/domain/ports/source.ts'
import type { Store } from '../../src/domain/ports/store.ts'
import { newId } from '../../src/kit/ids.ts'
import { createLedger } from '../../src/ledger/index.ts'
import { createBackoffs } from '../../src/reconciler/backoffs.ts'
import { createKnown, type ArchivePolicy, type Context } from '../../src/reconciler/context.ts'
import { receive } from '../../src/reconciler/observing/receive.ts'
import { createReconciler, defaultIntervals, type Reconciler } from '../../src/reconciler/reconciler.ts'
import { createCosts } from '../../src/ledger/reports/index.ts'
import { reportFacts } from '../../src/reconciler/serving/costs.ts'
import { createOperations } from '../../src/reconciler/serving/operations.ts'
import { openState } from '../../src/reconciler/state.ts'
import { createHttpSource, toObservation } from '../../src/sources/http/index.ts'
import { createMemoryStore } from '../../src/store/memory/index.ts'
import { createFakeArchive, type FakeArchive } from './archive.ts'
import { createCloud, type Cloud } from './cloud.ts'
import { createFakeClock, type FakeClock } from './clock.ts'
import {
  aFleet,
  aPool,
  createFakeProvider,
  createFakeRuntimes,
  createFakeSource,
  createFaults,
  silentLogger,
  type Faults,
} from './ports.ts'
import { createWorld, type World } from './world.ts'

export const owner = 'test'

/** The real reconciler over a world in memory, on a clock that the test moves. */
export interface Bench {
  readonly clock: FakeClock
  readonly world: World
  /** Where machines of elastic fleets are. */
  readonly cloud: Cloud
  readonly faults: Faults
  /** Used where the options name a policy for it. */
  readonly archive: FakeArchive
  readonly store: Store
  /** What the source says of its scope. */
  readonly width: { now: ScopeWidth }
  /** What the source has pushed and nobody has delivered yet. */
  readonly mail: JobObservation[]
  context: Context
  reconciler: Reconciler
  operations: Operations
  /** The configuration; what is changed here is a reload. */
  pools: Pool[]
  fleets: Fleet[]
  machines: string[]
  /** What an hour of each of these costs; undefined: nothing is stated. */
  givenPrice: Money | undefined
  costs: CostSettings
  sources: Map<string, JobSource>
  /** Delivers all mail, in order; each message as a delivery of its own. */
  deliver(): Promise<void>
  /** Delivers one message. */
  hand(event: JobObservation): Promise<void>
  /** Delivers mail as it comes and lets time pass. */
  run(ms: number, stepMs?: number): Promise<void>
  /** Kills the service: what it had in memory is gone, what it had begun may or may not have happened. */
  crash(): Promise<void>
}

export interface BenchOptions {
  readonly pools?: readonly Pool[]
  readonly fleets?: readonly Fleet[]
  readonly machines?: readonly string[]
  readonly costs?: CostSettings
  /** Of the `free` source. */
  readonly scopes?: readonly string[]
  readonly seed?: number
  readonly logger?: Logger
  /** Without it no archive is configured. */
  readonly archive?: Partial<ArchivePolicy>
  readonly store?: Store
  readonly clock?: FakeClock
}

const someArchive = { retentionMs: 30 * 86_400_000, maxLogBytes: 64 * 1024 * 1024, patienceMs: 60_000 }

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const { machines = ['m1', 'm2'], fleets = [aFleet()], seed = 1, logger = silentLogger } = options
  const clock = options.clock ?? createFakeClock()
  const mail: JobObservation[] = []
  const world = createWorld({ clock, seed, push: (event) => mail.push(event) })
  const cloud = createCloud(clock, world)
  const faults = createFaults()
  const archive = createFakeArchive(owner)
  const memory = options.store ?? createMemoryStore()
  const width = { now: { repositories: ['acme/a', 'acme/b'], allowsPublic: false } as ScopeWidth }
  let life: Faults = faults
  let death = Promise.withResolvers<void>()
  let deliveries = 0

  async function boot(): Promise<void> {
    const own: Faults = { ...faults, onStep: (step) => faults.onStep?.(step) }
    const store = mortal(memory, own)
    bench.sources = new Map<string, JobSource>([
      ['github', createFakeSource(world, clock, own, owner, width, options.scopes)],
      ['ci', createHttpSource({ kind: 'http', name: 'ci' }, { clock })],
    ])
    const known = createKnown()
    const engines = { answers: (name: string) => cloud.answers(name), notices: cloud.noticesOf }
    const runtimes = createFakeRuntimes(world, own, (name) => (cloud.asked.has(name) ? engines : undefined))
    const policy = options.archive && { ...someArchive, archive: archive.of(own), ...options.archive }
    const given = createFakeProvider(
      clock,
      () => bench.machines,
      fleets[0]?.name ?? '',
      own,
      () => bench.givenPrice,
    )
    const made = cloud.provider(own)
    const state = await openState(store)
    life = own
    bench.context = {
      owner,
      store,
      state,
      clock,
      logger,
      runtimes,
      backoffs: createBackoffs(clock, () => 0.5),
      ledger: createLedger(),
      newId: () => newId(),
      wanted: () => {
        const providers = new Map(bench.fleets.map((fleet) => [fleet.name, fleet.elastic ? made : given]))
        const { pools, fleets: wanted, sources, costs } = bench
        return { pools, fleets: wanted, sources, providers, costs, ...(policy && { archive: policy }) }
      },
      known,
    }
    const retention = { jobsMs: 86_400_000, journalMs: 86_400_000, deliveriesMs: 86_400_000, ledgerMs: 86_400_000 }
    const observer = { onPlan: () => {}, onLoop: () => {}, onRecovery: () => {} }
    bench.reconciler = createReconciler(bench.context, defaultIntervals, retention, observer)
    bench.operations = createOperations(bench.context, bench.reconciler, {
      version: '0.0.0',
      startedAt: clock.wall(),
      submission: toObservation,
      costs: createCosts({ store, clock, facts: () => reportFacts(bench.context) }),
      doctor: async () => [],
    })
    bench.reconciler.start()
    await clock.advance(0)
  }

  const bench: Bench = {
    clock,
    world,
    cloud,
    faults,
    archive,
    store: memory,
    width,
    mail,
    pools: [...(options.pools ?? [aPool()])],
    fleets: [...fleets],
    machines: [...machines],
    givenPrice: undefined,
    costs: options.costs ?? noCostSettings,
    // These are set by boot, before anybody sees the bench.
    sources: new Map(),
    context: undefined as unknown as Context,
    reconciler: undefined as unknown as Reconciler,
    operations: undefined as unknown as Operations,
    async hand(event) {
      if (life.dead) return
      // The sender of a message hears nothing when the service dies over it.
      const { promise: died } = death
      const received = receive(bench.context, 'github', { delivery: `d${++deliveries}`, jobs: [event] })
      await Promise.race([received, died])
    },
    async deliver() {
      for (let event = mail.shift(); event; event = mail.shift()) await bench.hand(event)
    },
    async run(ms, stepMs = 1000) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await bench.deliver()
        await clock.advance(stepMs)
      }
      await bench.deliver()
    },
    async crash() {
      life.dead = true
      death.resolve()
      death = Promise.withResolvers()
      for (const loop of bench.reconciler.loops) void loop.stop()
      await clock.settle()
      await boot()
    },
  }
  await boot()
  // The first looks at machines, images and scopes.
  await clock.advance(6000)
  return bench
}

/** A store whose user may die: from then on nothing that it commits is kept, and it hears nothing back. */
function mortal(store: Store, life: Faults): Store {
  const never = () => new Promise<never>(() => {})
  return {
    ...store,
    async commit(changes) {
      if (life.dead) return never()
      life.onStep?.('before commit')
      if (life.dead) return never()
      await store.commit(changes)
      life.onStep?.('after commit')
      return life.dead ? never() : undefined
    },
  }
}
