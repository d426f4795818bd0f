import type { VirtualMachine } from '@azure/arm-compute'
import { RestError } from '@azure/core-rest-pipeline'
import { NotFound, Refused } from '../../../domain/errors.ts'
import type { MachineOrder, Operation } from '../../../domain/ports/provider.ts'
import { accepted, operationText } from '../connection/operation.ts'
import type { AzureFleet } from '../context.ts'
import { needsExtension } from '../making/extension.ts'
import { machineBody } from '../making/machine-body.ts'
import type { Size } from '../making/size.ts'
import { readTags } from '../tags.ts'

const TAKEN = Symbol('the name is taken')

/** Asks Azure for the machine, and answers once Azure has said yes. A machine of this name is never made twice. */
export async function create(fleet: AzureFleet, order: MachineOrder): Promise<Operation> {
  const { config, arm, calls, owner } = fleet
  const size = await sizeFor(fleet, order)
  const scripts = await fleet.bootstrap(order)
  const body = await machineBody({ owner, fleet: config, order, size, scripts })

  const begun = await calls
    .write(whatFor(order, config.location), (abortSignal) => {
      const options = { ifNoneMatch: '*', abortSignal }
      const poller = arm.compute.virtualMachines.createOrUpdate(config.resourceGroup, order.name, body, options)
      return accepted(poller).catch(takenOrRethrow)
    })
    .catch(missingIsRefused)
  if (begun === TAKEN) return existing(fleet, order)
  if (begun === undefined && !needsExtension(config)) return undefined
  return operationText({ verb: 'create', machine: order.name, ...(begun !== undefined && { poller: begun }) })
}

async function sizeFor({ catalog, config }: AzureFleet, { offer }: MachineOrder): Promise<Size> {
  const size = (await catalog.sizes()).get(offer.sizeName)
  if (size) return size
  throw new Refused(`${config.location} has no size ${offer.sizeName}: see \`az vm list-skus -l ${config.location}\``)
}

function whatFor({ name, offer }: MachineOrder, location: string): string {
  const where = offer.zone === undefined ? location : `${location} zone ${offer.zone}`
  return `making machine ${name} (${offer.sizeName}${offer.spot ? ' Spot' : ''}, ${where})`
}

/** 412 is Azure's answer to `If-None-Match: *`; of a name that is being deleted or made, it says 409 as well. */
function takenOrRethrow(error: unknown): typeof TAKEN {
  const { statusCode, code } = error instanceof RestError ? error : {}
  if (statusCode === 412) return TAKEN
  if (statusCode === 409 && (code === 'Conflict' || code === 'ResourceExists' || code === 'PropertyChangeNotAllowed')) {
    return TAKEN
  }
  throw error
}

/** What is missing is the image, the subnet or the resource group: the same order would always fail. */
function missingIsRefused(error: unknown): never {
  throw error instanceof NotFound ? new Refused(error.message) : error
}

/** The order was given before, by a process that did not live to store the answer. */
async function existing(fleet: AzureFleet, { name }: MachineOrder): Promise<Operation> {
  const machine = await findMachine(fleet, name)
  if (!machine) throw new Refused(`Azure says that the name ${name} is taken, and shows no machine of that name`)
  if (!isOurs(fleet, machine)) throw new Refused(`a machine named ${name} is there already, and not ours`)
  return operationText({ verb: 'create', machine: name })
}

/** The machine as Azure has it; undefined if it is not there. */
export async function findMachine(fleet: AzureFleet, name: string): Promise<VirtualMachine | undefined> {
  try {
    return await fleet.calls.read(`looking for machine ${name}`, (abortSignal) =>
      fleet.arm.compute.virtualMachines.get(fleet.config.resourceGroup, name, { abortSignal }),
    )
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

export function isOurs({ owner }: AzureFleet, machine: VirtualMachine): boolean {
  return readTags(machine.tags)?.owner === owner
}
