import type { VirtualMachine } from '@azure/arm-compute'
import { NotFound, Refused } from '../../../domain/errors.ts'
import type { Operation } from '../../../domain/ports/provider.ts'
import { accepted, operationText } from '../connection/operation.ts'
import type { AzureFleet } from '../context.ts'
import { findMachine, isOurs } from './create.ts'

/** Gives the processors back and keeps the disk; with its memory, where the machine was made for that. */
export async function stop(fleet: AzureFleet, name: string): Promise<Operation> {
  const { config, arm, calls } = fleet
  const machine = await ourMachine(fleet, name)
  const hibernate = machine.additionalCapabilities?.hibernationEnabled === true
  const poller = await calls.write(`stopping machine ${name}`, (abortSignal) =>
    accepted(
      arm.compute.virtualMachines.deallocate(config.resourceGroup, name, {
        abortSignal,
        ...(hibernate && { hibernate }),
      }),
    ),
  )
  return poller === undefined ? undefined : operationText({ verb: 'stop', machine: name, poller })
}

export async function start(fleet: AzureFleet, name: string): Promise<Operation> {
  const { config, arm, calls } = fleet
  await ourMachine(fleet, name)
  const poller = await calls.write(`starting machine ${name}`, (abortSignal) =>
    accepted(arm.compute.virtualMachines.start(config.resourceGroup, name, { abortSignal })),
  )
  return poller === undefined ? undefined : operationText({ verb: 'start', machine: name, poller })
}

async function ourMachine(fleet: AzureFleet, name: string): Promise<VirtualMachine> {
  const machine = await findMachine(fleet, name)
  if (!machine) throw new NotFound(`machine ${name} is not there`)
  if (!isOurs(fleet, machine)) throw new Refused(`machine ${name} is not ours: it is left alone`)
  return machine
}
