import type { Clock } from '../../domain/ports/clock.ts'
import { NotFound } from '../../domain/errors.ts'
import type { Endpoint, MachineProvider, ProviderListing, ProviderMachine } from '../../domain/ports/provider.ts'
import type { Resources } from '../../domain/resources.ts'
import { withDeadline } from '../../kit/deadline.ts'
import { endpointOf } from './endpoint.ts'
import type { StaticFleetConfig, StaticHostConfig } from './schema.ts'

export interface StaticProviderOptions {
  readonly fleets: readonly StaticFleetConfig[]
  readonly clock: Clock
  /** Asks an engine for the size of its machine. Asked once a host: until it has answered, the host is unreachable. */
  readonly measure: (endpoint: Endpoint) => Promise<Resources>
  readonly deadlineMs?: number
}

/**
 * Hosts given by hand. They are always there, so a listing asks nobody but for the size of those whose size is not
 * stated; whether one answers is for its runtime to say.
 */
export function createStaticProvider(options: StaticProviderOptions): MachineProvider {
  const measured = new Map<string, Resources>()
  return {
    kind: 'static',
    async list(fleetName) {
      const fleet = options.fleets.find(({ name }) => name === fleetName)
      if (!fleet) throw new NotFound(`no static fleet is named ${fleetName}`)
      const began = options.clock.wall()
      const seen = await Promise.all(fleet.hosts.map((host) => look(options, measured, fleet.name, host)))
      return collect(began, seen)
    },
  }
}

type Seen = ProviderMachine | { readonly name: string; readonly error: string }

async function look(
  { clock, measure, deadlineMs = 15_000 }: StaticProviderOptions,
  measured: Map<string, Resources>,
  fleet: string,
  host: StaticHostConfig,
): Promise<Seen> {
  const { name, price } = host
  const endpoint = endpointOf(host)
  try {
    const known = statedSize(host) ?? measured.get(name)
    const size = known ?? (await withDeadline(clock, deadlineMs, `measuring ${name}`, () => measure(endpoint)))
    measured.set(name, size)
    return { name, fleet, state: 'running', size, endpoint, ...(price && { price }) }
  } catch (error) {
    return { name, error: error instanceof Error ? error.message : String(error) }
  }
}

function statedSize({ size }: StaticHostConfig): Resources | undefined {
  return size && { milliCpu: size.cpu, memory: size.memory, disk: size.disk }
}

function collect(began: number, seen: readonly Seen[]): ProviderListing {
  const machines: ProviderMachine[] = []
  const unreachable: { name: string; error: string }[] = []
  for (const host of seen) {
    if ('error' in host) unreachable.push(host)
    else machines.push(host)
  }
  return { began, machines, unreachable }
}
