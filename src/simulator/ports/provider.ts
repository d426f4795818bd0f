import type { Clock } from '../../domain/ports/clock.ts'
import type { MachineProvider, ProviderListing, ProviderMachine } from '../../domain/ports/provider.ts'
import type { Resources } from '../../domain/resources.ts'
import type { Cloud } from '../world/cloud/index.ts'
import type { Call } from './calls.ts'

const short = [40, 400] as const
const long = [100, 1200] as const

/** Hosts that are given by hand. */
export function createGivenProvider(
  clock: Clock,
  call: Call,
  hosts: ReadonlyMap<string, { readonly fleet: string; readonly size: Resources }>,
): MachineProvider {
  return {
    kind: 'static',
    list(fleet) {
      const began = clock.wall()
      return call('engine', 'hosts', [1, 5], () => ({
        began,
        machines: [...hosts]
          .filter(([, host]) => host.fleet === fleet)
          .map(([name, { size }]) => ({
            name,
            fleet,
            size,
            state: 'running',
            endpoint: { kind: 'unix', path: `/${name}` },
          })),
        unreachable: [],
      }))
    },
  }
}

/** The cloud as the reconciler is handed it. `told` hears which machines an answer speaks of. */
export function createCloudProvider(
  clock: Clock,
  call: Call,
  cloud: Cloud,
  canRest: boolean,
  told: (listed: readonly ProviderMachine[], fleet: string) => void,
): MachineProvider {
  const resting = {
    stop: (_fleet: string, name: string) => call('cloud', 'stop', short, () => cloud.stop(name)),
    start: (_fleet: string, name: string) => call('cloud', 'start', short, () => cloud.start(name)),
  }
  return {
    kind: 'docker',
    async list(fleet): Promise<ProviderListing> {
      const began = clock.wall()
      const machines = await call('cloud', 'list', long, () => cloud.list(fleet))
      told(machines, fleet)
      return { began, machines, unreachable: [] }
    },
    elastic: {
      offers: (fleet) => call('cloud', 'offers', long, () => cloud.offers(fleet)),
      create: (order) => call('cloud', 'create', short, () => cloud.create(order)),
      delete: (_fleet, name) => call('cloud', 'delete', short, () => cloud.delete(name)),
      ...(canRest && { rest: resting }),
      poll: (_fleet, operation) => call('cloud', 'poll', short, () => cloud.poll(operation)),
      examine: async () => [],
    },
  }
}
