import type { VirtualMachine } from '@azure/arm-compute'
import { NotFound, Unauthorized } from '../../domain/errors.ts'
import type { Arm } from './connection/arm.ts'
import type { Calls } from './connection/call.ts'
import { listAddresses, listDisks, listInterfaces, type Part } from './parts.ts'
import { readTags } from './tags.ts'

/** All of ours in a resource group, of every fleet that is made there. */
export interface Inventory {
  /** Our wall time when the reading began. */
  readonly began: number
  readonly machines: readonly VirtualMachine[]
  /** Codes of each machine's state, `PowerState/running` among them, by the machine's name in small letters. */
  readonly statuses: ReadonlyMap<string, readonly Status[]>
  readonly parts: readonly Part[]
}

export interface Status {
  readonly code: string
  readonly message?: string
}

export interface InventoryOptions {
  readonly arm: Arm
  readonly calls: Calls
  readonly owner: string
  readonly resourceGroup: string
  readonly subscriptionId: string
  /** Whether public addresses are made there at all. */
  readonly addresses: boolean
  readonly wall: () => number
}

/**
 * Reads a resource group. Interfaces and disks go first: whatever then has no machine in the later listing has lost it,
 * for a machine is there before its parts. Those who ask while a reading is under way share it.
 */
export function createInventory(options: InventoryOptions): () => Promise<Inventory> {
  let underWay: Promise<Inventory> | undefined
  return () => (underWay ??= read(options).finally(() => (underWay = undefined)))
}

async function read(options: InventoryOptions): Promise<Inventory> {
  const { arm, calls, owner, resourceGroup } = options
  const began = options.wall()
  const group = groupPath(options)
  const where = `resource group ${resourceGroup}`
  const [interfaces, disks, addresses] = await Promise.all([
    calls.read(`listing network interfaces of ${where}`, (signal) => listInterfaces(arm, group, signal)),
    calls.read(`listing disks of ${where}`, (signal) => listDisks(arm, group, signal)),
    options.addresses
      ? calls.read(`listing public addresses of ${where}`, (signal) => listAddresses(arm, group, signal))
      : [],
  ])
  const found = await calls.read(`listing machines of ${where}`, (abortSignal) =>
    collect(arm.compute.virtualMachines.list(resourceGroup, { abortSignal })),
  )
  const machines = found.filter(({ tags }) => readTags(tags)?.owner === owner)
  const parts = [...interfaces, ...disks, ...addresses]
  return { began, machines, parts, statuses: await readStatuses(options, machines) }
}

export function groupPath({
  subscriptionId,
  resourceGroup,
}: {
  subscriptionId: string
  resourceGroup: string
}): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`
}

/** One call for all. What an identity that sees only its resource group is not told there, it asks of each machine. */
async function readStatuses(
  options: InventoryOptions,
  machines: readonly VirtualMachine[],
): Promise<Inventory['statuses']> {
  if (machines.length === 0) return new Map()
  const known = await readAllStatuses(options).catch((error: unknown) => {
    if (error instanceof Unauthorized) return new Map<string, Status[]>()
    throw error
  })
  const untold = machines.filter((machine) => !known.has(lowerName(machine)))
  const asked = await Promise.all(untold.map((machine) => readStatus(options, machine)))
  return new Map([...known, ...asked.flat()])
}

async function readAllStatuses(options: InventoryOptions): Promise<Map<string, Status[]>> {
  const { arm, calls } = options
  const prefix = `${groupPath(options)}/`.toLowerCase()
  const all = await calls.read('reading the state of machines', (abortSignal) =>
    collect(arm.compute.virtualMachines.listAll({ statusOnly: 'true', abortSignal })),
  )
  const here = all.filter(({ id }) => id?.toLowerCase().startsWith(prefix))
  return new Map(here.map((machine) => [lowerName(machine), statusesOf(machine.instanceView?.statuses)]))
}

async function readStatus(
  { arm, calls, resourceGroup }: InventoryOptions,
  machine: VirtualMachine,
): Promise<[string, Status[]][]> {
  const name = machine.name ?? ''
  try {
    const view = await calls.read(`reading the state of machine ${name}`, (abortSignal) =>
      arm.compute.virtualMachines.instanceView(resourceGroup, name, { abortSignal }),
    )
    return [[lowerName(machine), statusesOf(view.statuses)]]
  } catch (error) {
    // It went since it was listed; the next listing shows so.
    if (error instanceof NotFound) return []
    throw error
  }
}

function statusesOf(statuses: readonly { code?: string; message?: string }[] | undefined): Status[] {
  return (statuses ?? []).flatMap(({ code, message }) => (code ? [{ code, ...(message && { message }) }] : []))
}

export function lowerName({ name }: Pick<VirtualMachine, 'name'>): string {
  return (name ?? '').toLowerCase()
}

export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of pages) items.push(item)
  return items
}
