import { NotFound, Refused, SlipwayError } from '../../../domain/errors.ts'
import type { Operation } from '../../../domain/ports/provider.ts'
import { accepted, operationText } from '../connection/operation.ts'
import type { AzureFleet } from '../context.ts'
import { groupPath } from '../inventory.ts'
import { belongsTo, deletePart, listAddresses, listDisks, listInterfaces, type Part } from '../parts.ts'
import { findMachine, isOurs } from './create.ts'

/**
 * Deletes the machine, and what was made with it. Nothing on it is kept, so it is not shut down first: that saves
 * minutes which would be paid for.
 */
export async function deleteMachine(fleet: AzureFleet, name: string): Promise<Operation> {
  const { config, arm, calls } = fleet
  const machine = await findMachine(fleet, name)
  if (!machine)
    return (await clearLeftovers(fleet, name)) ? undefined : operationText({ verb: 'delete', machine: name })
  if (!isOurs(fleet, machine)) throw new Refused(`machine ${name} is not ours: it is left alone`)
  const poller = await calls.write(`deleting machine ${name}`, (abortSignal) =>
    accepted(arm.compute.virtualMachines.delete(config.resourceGroup, name, { forceDeletion: true, abortSignal })),
  )
  return operationText({ verb: 'delete', machine: name, ...(poller !== undefined && { poller }) })
}

/**
 * Begins to delete whatever outlived the machine; true once nothing is left. Azure deletes interface and disk itself
 * with a machine that was made, but not always with one that failed half-way.
 */
export async function clearLeftovers(fleet: AzureFleet, name: string): Promise<boolean> {
  const { config, arm, calls, owner } = fleet
  const group = groupPath(config)
  const found = await calls.read(`looking for what is left of machine ${name}`, (signal) =>
    Promise.all([
      listInterfaces(arm, group, signal),
      listDisks(arm, group, signal),
      config.publicIp ? listAddresses(arm, group, signal) : [],
    ]),
  )
  const left = found.flat().filter((part) => belongsTo(part, owner, name))
  for (const part of left) if (!part.leaving) await clear(fleet, part, name)
  return left.length === 0
}

async function clear({ arm, calls, logger }: AzureFleet, part: Part, machine: string): Promise<void> {
  try {
    await calls.write(`deleting ${part.kind} ${part.name}`, (signal) => deletePart(arm, part, signal))
    logger.info({ machine, part: part.kind, id: part.id }, 'what was left of a machine is being deleted')
  } catch (error) {
    if (error instanceof NotFound || isHeld(error)) return
    throw error
  }
}

/** An interface is kept for its machine for three minutes; an address for as long as its interface is there. */
function isHeld(error: unknown): boolean {
  return (
    error instanceof SlipwayError &&
    /NicReservedForAnotherVm|InUse|CannotBeDeleted|DiskIsAttached|being deleted|is attached|AnotherOperationInProgress/i.test(
      error.message,
    )
  )
}
