import type Docker from 'dockerode'
import type { ProviderListing, ProviderMachine, TlsMaterial } from '../../../domain/ports/provider.ts'
import { hostOf, type Context } from '../context.ts'
import { deadlines, within } from '../host.ts'
import { FLEET, MACHINE, OWNER, resourcesOf } from '../labels.ts'

const ENGINE_PORT = 2376

export async function list(context: Context, fleet: string): Promise<ProviderListing> {
  const { owner } = context
  const began = context.clock.wall()
  const { docker } = hostOf(context, fleet)
  const found = await within(context, deadlines.look, `listing the machines of ${fleet}`, (abortSignal) =>
    docker.listContainers({
      all: true,
      filters: { label: [`${OWNER}=${owner}`, `${FLEET}=${fleet}`, MACHINE] },
      abortSignal,
    }),
  )
  const client = found.some(({ State }) => State === 'running') ? await context.identity() : undefined
  return { began, machines: found.map((container) => machineOf(container, client)), unreachable: [] }
}

type Listed = Pick<Docker.ContainerInfo, 'Labels' | 'State' | 'Status' | 'NetworkSettings'>

export function machineOf(container: Listed, tls: TlsMaterial | undefined): ProviderMachine {
  const { Labels, NetworkSettings } = container
  const name = Labels[MACHINE] ?? ''
  const state = stateOf(container)
  const [host] = Object.values(NetworkSettings?.Networks ?? {}).flatMap(({ IPAddress }) => IPAddress || [])
  return {
    name,
    fleet: Labels[FLEET] ?? '',
    state,
    size: resourcesOf(Labels),
    ...(state === 'failed' && { detail: `its container has ended: ${container.Status}` }),
    ...(state === 'running' &&
      host &&
      tls && { endpoint: { kind: 'tcp', host, port: ENGINE_PORT, tls, serverName: name } }),
  }
}

/** An engine that ends by itself is a fault; one that was told to is stopped. */
function stateOf({ State, Status }: Pick<Docker.ContainerInfo, 'State' | 'Status'>): ProviderMachine['state'] {
  switch (State) {
    case 'created':
      return 'creating'
    case 'exited':
      return /^Exited \((0|143)\)/.test(Status) ? 'stopped' : 'failed'
    case 'removing':
      return 'deleting'
    case 'dead':
      return 'failed'
    default:
      return 'running'
  }
}
