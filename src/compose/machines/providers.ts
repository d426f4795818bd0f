import type { Config } from '../../config/index.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { Endpoint, MachineProvider } from '../../domain/ports/provider.ts'
import { createMachineSetup, type MachineSetup, type Settings } from './machine-setup.ts'
import type { Metrics } from '../../metrics/index.ts'

type FleetSettings = Config['fleets'][number]['settings']
type SettingsOf<Kind extends FleetSettings['provider']> = Extract<FleetSettings, { provider: Kind }>

export interface ProviderDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'measureProvider'>
}

/** The providers of a configuration's fleets. One of a kind serves all its fleets and lives on over reloads. */
export interface Providers {
  /** Takes the configuration into use. By fleet. */
  use(config: Config): Promise<ReadonlyMap<string, MachineProvider>>
}

export function createProviders(config: Config, store: Settings | undefined, deps: ProviderDeps): Providers {
  let current = config
  const setup = createMachineSetup(() => current, store, deps.clock)
  const world = { ...deps, ...setup, config: () => current, cache: createCache(store) }
  const made = new Map<string, { readonly provider: MachineProvider; readonly text: string }>()

  async function of(kind: FleetSettings['provider']): Promise<MachineProvider> {
    const text = textOf(kind, current)
    const known = made.get(kind)
    if (known?.text === text) return known.provider
    const provider = deps.metrics.measureProvider(await make(kind, world))
    made.set(kind, { provider, text })
    return provider
  }

  return {
    async use(next) {
      current = next
      const providers = new Map<string, MachineProvider>()
      for (const { fleet, settings } of next.fleets) providers.set(fleet.name, await of(settings.provider))
      return providers
    },
  }
}

/** What a provider is made of: while that stays the same, so does the provider. */
function textOf(kind: FleetSettings['provider'], config: Config): string {
  // It looks its fleets up itself.
  if (kind === 'docker') return ''
  const { proxy, noProxy, caFile } = config
  const amounts = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
  return JSON.stringify([fleetsOf(config, kind), proxy, noProxy, caFile], amounts)
}

interface World extends ProviderDeps, MachineSetup {
  readonly config: () => Config
  readonly cache: Cache
}

async function make(kind: FleetSettings['provider'], world: World): Promise<MachineProvider> {
  const { config, clock } = world
  const { owner, proxy, noProxy, caFile } = config()
  switch (kind) {
    case 'static': {
      const { createStaticProvider } = await import('../../providers/static/index.ts')
      const { measureEngine } = await import('../../runtimes/docker/measure.ts')
      const measure = (endpoint: Endpoint) => measureEngine(endpoint, clock)
      return createStaticProvider({ fleets: fleetsOf(config(), kind), clock, measure })
    }
    case 'docker': {
      const { createDockerProvider } = await import('../../providers/docker/index.ts')
      const fleets = () => fleetsOf(config(), kind)
      return createDockerProvider({ ...world, owner, fleets, registries: () => config().registries })
    }
    case 'azure': {
      const { createAzureProvider } = await import('../../providers/azure/index.ts')
      return createAzureProvider({ ...world, owner, fleets: fleetsOf(config(), kind), proxy, noProxy, caFile })
    }
  }
}

function fleetsOf<Kind extends FleetSettings['provider']>(config: Config, kind: Kind): SettingsOf<Kind>[] {
  return config.fleets.flatMap(({ settings }) => (settings.provider === kind ? [settings as SettingsOf<Kind>] : []))
}

/** Small texts that outlive the process: prices. */
interface Cache {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
}

/** In the store's settings; without a store, for as long as this process lives. */
function createCache(store: Settings | undefined): Cache {
  const kept = new Map<string, string>()
  return {
    get: async (key) => (store ? store.setting(`cache/${key}`) : kept.get(key)),
    async set(key, value) {
      if (store) await store.commit([{ kind: 'setting', key: `cache/${key}`, value }])
      else kept.set(key, value)
    },
  }
}
