import type { Config } from '../config/index.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Logger } from '../domain/ports/logger.ts'
import type { MachineProvider } from '../domain/ports/provider.ts'
import { createMachineSetup, type MachineSetup, type Settings } from './machine-setup.ts'
import type { Metrics } from '../metrics/index.ts'

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
  const made = new Map<string, MachineProvider>()

  async function of(kind: FleetSettings['provider']): Promise<MachineProvider> {
    const known = made.get(kind)
    if (known) return known
    const provider = deps.metrics.measureProvider(await make(kind, () => current, setup, deps))
    // The one of given hosts is cheap to make, and knows nothing but sizes, which may have changed.
    if (kind !== 'static') made.set(kind, provider)
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

async function make(
  kind: FleetSettings['provider'],
  config: () => Config,
  setup: MachineSetup,
  { clock, logger }: ProviderDeps,
): Promise<MachineProvider> {
  switch (kind) {
    case 'static': {
      const { createStaticProvider } = await import('../providers/static/index.ts')
      const { measureEngine } = await import('../runtimes/docker/measure.ts')
      const measure = (endpoint: Parameters<typeof measureEngine>[0]) => measureEngine(endpoint, clock)
      return createStaticProvider({ fleets: fleetsOf(config(), 'static'), clock, measure })
    }
    case 'docker': {
      const { createDockerProvider } = await import('../providers/docker/index.ts')
      const { owner } = config()
      const fleets = () => fleetsOf(config(), 'docker')
      return createDockerProvider({ ...setup, owner, fleets, registries: () => config().registries, clock, logger })
    }
  }
}

function fleetsOf<Kind extends FleetSettings['provider']>(config: Config, kind: Kind): SettingsOf<Kind>[] {
  return config.fleets.flatMap(({ settings }) => (settings.provider === kind ? [settings as SettingsOf<Kind>] : []))
}
