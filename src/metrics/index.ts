import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Clock } from '../domain/ports/clock.ts'
import type { MachineProvider } from '../domain/ports/provider.ts'
import type { ContainerRuntime } from '../domain/ports/runtime.ts'
import type { JobSource } from '../domain/ports/source.ts'
import type { Store } from '../domain/ports/store.ts'
import { createCallMeter } from './calls.ts'
import { createGauges, type MetricsSnapshot } from './gauges.ts'
import { createHappenings, type Happenings } from './happenings.ts'
import { createInstruments } from './instruments.ts'
import { createRuntimeMeter } from './measure-runtime.ts'
import { createMachineLives } from './machine-lives.ts'
import { measureProvider } from './measure-provider.ts'
import { measureSource } from './measure-source.ts'
import { createStoreMeter } from './measure-store.ts'
import { createTransitions } from './transitions.ts'

export type { MetricsSnapshot } from './gauges.ts'

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
  /** Where the gauges read how things stand, at each scrape. */
  readonly observe: (read: () => MetricsSnapshot) => void
  /** The text of `/metrics`. */
  readonly scrape: () => Promise<{ readonly contentType: string; readonly body: string }>
}

export function createMetrics({ clock }: { readonly clock: Clock }): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const make = createInstruments(registry)
  const runtimes = createRuntimeMeter(make, createCallMeter(make, clock, 'runtime', 'fleet'))
  const watchers = [createTransitions(make), createMachineLives(make), runtimes.watcher]
  const sourceCalls = createCallMeter(make, clock, 'source', 'source')
  const providerCalls = createCallMeter(make, clock, 'provider', 'fleet')
  const fillGauges = createGauges(make)
  let read: (() => MetricsSnapshot) | undefined

  return {
    ...createHappenings(make, clock),
    measureStore: createStoreMeter(make, createCallMeter(make, clock, 'store'), watchers),
    measureSource: (source) => measureSource(sourceCalls, source),
    measureProvider: (provider) => measureProvider(providerCalls, provider),
    measureRuntime: runtimes.measureRuntime,
    observe: (source) => void (read = source),
    async scrape() {
      if (read) fillGauges(read(), clock.wall())
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}
