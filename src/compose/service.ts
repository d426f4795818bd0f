import { fileURLToPath } from 'node:url'
import type { Config } from '../config/index.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Logger } from '../domain/ports/logger.ts'
import type { Machine } from '../domain/machine.ts'
import type { Operations } from '../domain/ports/operations.ts'
import type { Endpoint } from '../domain/ports/provider.ts'
import type { Store } from '../domain/ports/store.ts'
import { newId } from '../kit/ids.ts'
import { createMetrics, type Metrics, type MetricsSnapshot } from '../metrics/index.ts'
import { createLedger } from '../ledger/index.ts'
import { createBackoffs } from '../reconciler/backoffs.ts'
import { createKnown, type Context } from '../reconciler/context.ts'
import { createCosts } from '../ledger/reports/index.ts'
import { reportFacts } from '../reconciler/serving/costs.ts'
import { createOperations, stalenessBySource } from '../reconciler/serving/operations.ts'
import { createReconciler, defaultIntervals, type Intervals, type Reconciler } from '../reconciler/reconciler.ts'
import { snapshot } from '../reconciler/decide.ts'
import { openState } from '../reconciler/state.ts'
import { createDockerRuntime } from '../runtimes/docker/index.ts'
import { startServer } from '../server/index.ts'
import { toObservation } from '../sources/http/index.ts'
import { openSqliteStore } from '../store/sqlite/index.ts'
import { leaveAdminToken } from './admin-token.ts'
import { examine } from './doctor/doctor.ts'
import { drained } from './drain.ts'
import { createProviders } from './machines/providers.ts'
import { keepSmall } from './memory.ts'
import { createRuntimes } from './machines/runtimes.ts'
import { version } from '../version.ts'
import { assemble, changesEngines, needsRestart, type Assembled } from './wanted.ts'

export interface ServiceOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly intervals?: Partial<Intervals>
}

export interface Service {
  readonly adminUrl: string
  readonly publicUrl: string
  readonly operations: Operations
  /** Takes a new configuration into use; what can't change while it runs is returned in words. */
  reload(config: Config): Promise<string[]>
  /** Agents go on running; with `drain`, it waits until none is left. */
  stop(options: { readonly drain: boolean }): Promise<void>
}

/** The whole service: store, reconciler, sources, engines, listeners. Rejects, leaving nothing open, if a part can't start. */
export async function startService(config: Config, options: ServiceOptions): Promise<Service> {
  const store = await openSqliteStore({ path: config.store.path, ...options })
  try {
    return await serveFrom(store, config, options)
  } catch (error) {
    await store.close()
    throw error
  }
}

async function serveFrom(bare: Store, config: Config, { clock, logger, intervals }: ServiceOptions): Promise<Service> {
  const metrics = createMetrics({ clock, perRepository: config.metrics.perRepository })
  const store = metrics.measureStore(bare)
  const deps = { clock, logger, metrics }
  const providers = createProviders(config, store, deps)
  let current = config
  let assembled: Assembled = await assemble(config, providers, deps)
  const state = await openState(store)
  const runtimes = createRuntimes(
    (machine, endpoint) =>
      metrics.measureRuntime(
        createDockerRuntime({
          ...current,
          ...besides(current, state.machines.get(machine)),
          logBytes: current.archive?.maxLogBytes,
          endpoint,
          clock,
          logger,
        }),
        machine,
      ),
    (machine, event) => reconciler.onContainerEvent(machine, event),
  )
  const context: Context = {
    owner: config.owner,
    store,
    state,
    clock,
    logger,
    runtimes,
    backoffs: createBackoffs(clock),
    ledger: createLedger(),
    newId: () => newId(),
    wanted: () => assembled.wanted,
    known: createKnown(),
  }
  const reconciler = createReconciler(context, { ...defaultIntervals, ...intervals }, config.store.retention, metrics)
  metrics.observe(() => metricsSnapshot(context, reconciler))
  const operations = createOperations(context, reconciler, {
    version,
    startedAt: clock.wall(),
    submission: toObservation,
    costs: createCosts({ store, clock, facts: () => reportFacts(context) }),
    doctor: () => examine(assembled.wanted, runtimes, clock),
  })
  await leaveAdminToken(operations, `${config.store.path}.token`)
  const server = await serve(config, operations, metrics, () => assembled, { clock, logger })
  reconciler.start()
  const stopKeepingSmall = keepSmall(clock, logger)
  logger.info({ version, owner: config.owner, admin: server.adminUrl, public: server.publicUrl }, 'slipway is running')

  return {
    adminUrl: server.adminUrl,
    publicUrl: server.publicUrl ?? '',
    operations,
    async reload(next) {
      const before = assembled
      assembled = await assemble(next, providers, deps, before)
      for (const [name, source] of before.wanted.sources)
        if (assembled.wanted.sources.get(name) !== source) await source.close()
      const fixed = needsRestart(current, next)
      if (changesEngines(current, next)) runtimes.renew()
      current = next
      reconciler.refresh()
      logger.info({ pools: next.pools.length, fleets: next.fleets.length }, 'configuration reloaded')
      return fixed
    },
    async stop({ drain }) {
      if (drain) await drained(context, reconciler)
      stopKeepingSmall()
      await server.close()
      await reconciler.stop()
      runtimes.close()
      for (const source of assembled.wanted.sources.values()) await source.close()
      await store.close()
      logger.info({ agents: context.state.agents.size }, 'slipway has stopped')
    },
  }
}

/** Where a machine finds images without a registry: on the engine that it is a container of. */
function besides(config: Config, machine: Machine | undefined): { imagesFrom?: Endpoint } {
  const settings = config.fleets.find(({ fleet }) => fleet.name === machine?.fleet)?.settings
  if (settings?.provider !== 'docker' || !settings.loadImages) return {}
  return { imagesFrom: { kind: 'unix', path: settings.engine.slice('unix://'.length) } }
}

function serve(
  config: Config,
  operations: Operations,
  metrics: Metrics,
  assembled: () => Assembled,
  { clock, logger }: ServiceOptions,
) {
  const sources = () => [...assembled().wanted.sources.values()]
  return startServer({
    operations,
    routes: () => assembled().routes,
    httpSources: () => sources().flatMap((source) => (source.kind === 'http' ? [source.name] : [])),
    metrics: metrics.scrape,
    listen: { public: config.server.public.listen, admin: config.server.admin.listen },
    trustProxy: config.server.public.trustProxy,
    hooksPerMinute: config.server.public.hooksPerMinute,
    metricsOpen: config.server.admin.metricsOpen,
    adminTrustProxy: config.server.admin.trustProxy,
    proxyAuth: config.server.admin.proxyAuth,
    sessionMs: config.server.admin.sessionTtl,
    pages: consoleFolder(),
    about: { owner: config.owner, version },
    logger,
    clock,
    onEvent: metrics.onServerEvent,
  })
}

/** Where the build leaves the console: from the source, and from what is built. */
function consoleFolder(): string {
  const place = import.meta.url.endsWith('.ts') ? '../../dist/console' : '../console'
  return fileURLToPath(new URL(place, import.meta.url))
}

function metricsSnapshot(context: Context, reconciler: Reconciler): MetricsSnapshot {
  const { jobs, agents, containers, machines } = context.state
  return {
    ...snapshot(context),
    // Walked more than once.
    jobs: [...jobs.values()],
    agents: [...agents.values()],
    containers: [...containers.values()],
    machines: [...machines.values()],
    version,
    owner: context.owner,
    waits: reconciler.plan()?.waits ?? [],
    staleness: stalenessBySource(context),
  }
}
