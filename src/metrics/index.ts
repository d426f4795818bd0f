import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Clock } from '../domain/ports/clock.ts'
import type { Archive } from '../domain/ports/archive.ts'
import type { MachineProvider } from '../domain/ports/provider.ts'
import type { ContainerRuntime } from '../domain/ports/runtime.ts'
import type { JobSource } from '../domain/ports/source.ts'
import type { Store } from '../domain/ports/store.ts'
import { createCallMeter } from './ports/calls.ts'
import { createChargeCounters } from './changes/charges.ts'
import { createGauges, type MetricsSnapshot } from './standing/gauges.ts'
import { createHappenings, type Happenings } from './happenings.ts'
import { createInstruments } from './instruments.ts'
import { createRuntimeMeter } from './ports/measure-runtime.ts'
import { createMachineLives } from './changes/machine-lives.ts'
import { measureArchive } from './ports/measure-archive.ts'
import { measureProvider } from './ports/measure-provider.ts'
import { measureSource } from './ports/measure-source.ts'
import { createStoreMeter, type ExpectedNames } from './ports/measure-store.ts'
import { createRepositoryMeter, type PerRepository } from './changes/repositories.ts'
import { createTransitions } from './changes/transitions.ts'

export type { MetricsSnapshot } from './standing/gauges.ts'

/**
 * Metrics wrap the ports and listen to the rooms; nothing in the logic knows of them. Its `on…` methods are what the
 * reconciler and the server call back. Every metric is described in docs/metrics.md.
 */
export interface Metrics extends Happenings {
  readonly measureStore: (store: Store) => Store
  readonly measureSource: (source: JobSource) => JobSource
  readonly measureProvider: (provider: MachineProvider) => MachineProvider
  /** The runtime of a machine; its calls count for the machine's fleet, as the measured store knows it. */
  readonly measureRuntime: (runtime: ContainerRuntime, machine: string) => ContainerRuntime
  readonly measureArchive: (archive: Archive) => Archive
  /** Where the gauges read how things stand, at each scrape. */
  readonly observe: (read: () => MetricsSnapshot) => void
  /** The text of `/metrics`. Who asks while one is made gets the same. */
  readonly scrape: () => Promise<Scrape>
}

export interface Scrape {
  readonly contentType: string
  readonly body: string
}

export interface MetricsOptions {
  readonly clock: Clock
  readonly perRepository?: PerRepository
}

/** prom-client's sums of what it tells by type as well; counters by their name, gauges by their type. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

export function createMetrics({ clock, perRepository }: MetricsOptions): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  const make = createInstruments(registry)
  const runtimes = createRuntimeMeter(make, createCallMeter(make, clock, 'runtime', 'fleet'))
  const repositories = perRepository?.enabled ? createRepositoryMeter(make, perRepository) : undefined
  const lives = createMachineLives(make)
  const charges = createChargeCounters(make)
  const watchers = [
    createTransitions(make),
    lives,
    charges,
    runtimes.watcher,
    ...(repositories ? [repositories.watcher] : []),
  ]
  const happenings = createHappenings(make, clock)
  const sourceCalls = createCallMeter(make, clock, 'source', 'source')
  const providerCalls = createCallMeter(make, clock, 'provider', 'fleet')
  const archiveCalls = createCallMeter(make, clock, 'archive')
  const fillGauges = createGauges(make)
  let read: (() => MetricsSnapshot) | undefined
  let scraping: Promise<Scrape> | undefined

  async function scrape(): Promise<Scrape> {
    if (read) fill(read())
    return { contentType: registry.contentType, body: await registry.metrics() }
  }

  function fill(snapshot: MetricsSnapshot): void {
    const names = namesIn(snapshot)
    for (const one of [happenings, lives, charges]) one.expect?.(names)
    fillGauges(snapshot, clock.wall())
    repositories?.fill(snapshot.jobs)
  }

  return {
    ...happenings,
    measureStore: createStoreMeter(make, createCallMeter(make, clock, 'store'), watchers),
    measureSource: (source) => measureSource(sourceCalls, source),
    measureProvider: (provider) => measureProvider(providerCalls, provider),
    measureRuntime: runtimes.measureRuntime,
    measureArchive: (archive) => measureArchive(archiveCalls, archive),
    observe: (source) => void (read = source),
    scrape() {
      scraping ??= scrape().finally(() => (scraping = undefined))
      return scraping
    },
  }
}

function namesIn({ scopes, fleets }: MetricsSnapshot): ExpectedNames {
  return {
    sources: [...new Set(scopes.map(({ source }) => source))],
    elasticFleets: fleets.filter(({ elastic }) => elastic).map(({ name }) => name),
  }
}
