import type { MachineProvider } from '../../domain/ports/provider.ts'
import type { Context } from './context.ts'
import type { Host } from './host.ts'
import { connectEngine } from './engine/client.ts'
import { createMachineImages } from './machine-image/index.ts'
import type { Login } from './machine-image/pull.ts'
import { create } from './verbs/create.ts'
import { remove } from './verbs/delete.ts'
import { examine } from './verbs/examine.ts'
import { list } from './verbs/list.ts'
import { offers } from './verbs/offers.ts'
import { poll } from './verbs/poll.ts'
import { start, stop } from './verbs/rest.ts'

export interface DockerProviderOptions extends Pick<
  Context,
  'owner' | 'fleets' | 'bootstrap' | 'identity' | 'clock' | 'logger'
> {
  /** Credentials for fetching the image of machines. */
  readonly registries: () => readonly Login[]
}

/** Machines as containers of a host's engine. Nothing is asked of the engine before the first call. */
export function createDockerProvider(options: DockerProviderOptions): MachineProvider {
  const hosts = new Map<string, Host>()
  const context: Context = {
    ...options,
    images: createMachineImages(options),
    engineAt(url) {
      const known = hosts.get(url)
      if (known) return known
      const host = { url, docker: connectEngine(url), abilities: { privileged: true } }
      hosts.set(url, host)
      return host
    },
    making: new Map(),
    networks: new Map(),
    stopping: new Set(),
  }
  return {
    kind: 'docker',
    list: (fleet) => list(context, fleet),
    elastic: {
      offers: (fleet) => offers(context, fleet),
      create: (order) => create(context, order),
      delete: (fleet, name) => remove(context, fleet, name),
      rest: {
        stop: (fleet, name) => stop(context, fleet, name),
        start: (fleet, name) => start(context, fleet, name),
      },
      poll: (fleet, operation) => poll(context, fleet, operation),
      examine: (fleet) => examine(context, fleet),
    },
  }
}
