import type { VirtualMachine } from '@azure/arm-compute'
import type { Endpoint, ProviderListing, ProviderMachine, TlsMaterial } from '../../../domain/ports/provider.ts'
import { lowerName, type Inventory, type Status } from '../inventory.ts'
import type { AzureFleet } from '../context.ts'
import type { Part } from '../parts.ts'
import { readTags } from '../tags.ts'

const ENGINE_PORT = 2376

/** Machines of the fleet, and what is left of ones that are gone: as failed machines, so that it is cleared away. */
export async function list({ config, owner, inventory, identity }: AzureFleet): Promise<ProviderListing> {
  const [seen, tls] = await Promise.all([inventory(), identity()])
  const ours = seen.machines.filter(({ tags }) => readTags(tags)?.fleet === config.name)
  const machines = ours.map((machine) => observed(machine, seen, tls))
  const leftovers = remains(seen, owner, config.name)
  return { began: seen.began, machines: [...machines, ...leftovers], unreachable: [] }
}

function observed(machine: VirtualMachine, seen: Inventory, tls: TlsMaterial): ProviderMachine {
  const tags = readTags(machine.tags)
  const name = machine.name ?? ''
  const statuses = seen.statuses.get(lowerName(machine)) ?? []
  const state = stateOf(machine.provisioningState ?? '', powerOf(statuses))
  const detail = state === 'failed' ? whyFailed(statuses) : undefined
  const endpoint = endpointOf(machine, seen.parts, tls)
  return {
    name,
    fleet: tags?.fleet ?? '',
    state,
    size: tags?.size ?? { milliCpu: 0, memory: 0, disk: 0 },
    ...(detail !== undefined && { detail }),
    ...(endpoint && { endpoint }),
  }
}

/**
 * A failed operation leaves its mark on machines that run all the same, so what runs is running whatever the mark says:
 * jobs may be at work on it.
 */
export function stateOf(provisioning: string, power: string): ProviderMachine['state'] {
  if (provisioning === 'Deleting') return 'deleting'
  if (provisioning === 'Creating') return 'creating'
  if (power === 'deallocated' || power === 'deallocating' || power === 'stopped' || power === 'stopping') {
    return provisioning === 'Failed' ? 'failed' : 'stopped'
  }
  if (power === 'starting') return 'creating'
  if (power === 'running') return 'running'
  return provisioning === 'Failed' || provisioning === 'Canceled' ? 'failed' : 'running'
}

export function powerOf(statuses: readonly Status[]): string {
  const code = statuses.find((status) => status.code.startsWith('PowerState/'))?.code ?? ''
  return code.slice('PowerState/'.length).toLowerCase()
}

/** `ProvisioningState/failed/AllocationFailed` and what Azure says of it. */
export function whyFailed(statuses: readonly Status[]): string {
  const failed = statuses.find(({ code }) => /^ProvisioningState\/failed/i.test(code))
  const code = failed?.code.split('/')[2]
  return [code, failed?.message].filter(Boolean).join(': ') || 'Azure says that it failed'
}

function endpointOf({ id }: VirtualMachine, parts: readonly Part[], tls: TlsMaterial): Endpoint | undefined {
  const mine = parts.find((part) => part.attachedTo?.toLowerCase() === id?.toLowerCase() && part.privateAddress)
  if (!mine?.privateAddress) return undefined
  const serverName = mine.tags?.machine ?? (id ?? '').split('/').at(-1) ?? ''
  return { kind: 'tcp', host: mine.privateAddress, port: ENGINE_PORT, tls, serverName }
}

function remains(seen: Inventory, owner: string, fleet: string): ProviderMachine[] {
  const there = new Set(seen.machines.map(lowerName))
  const found = new Map<string, ProviderMachine>()
  for (const { kind, tags, attachedTo } of seen.parts) {
    if (tags?.owner !== owner || tags.fleet !== fleet || there.has(tags.machine.toLowerCase())) continue
    // An address hangs on its interface, not on the machine: it is left over all the same.
    if (attachedTo !== undefined && kind !== 'public address') continue
    const detail = `the machine is gone, its ${kind} is left`
    found.set(tags.machine, { name: tags.machine, fleet, state: 'failed', size: tags.size, detail })
  }
  return [...found.values()]
}
