import { NotFound } from '../../../domain/errors.ts'
import { typedError } from '../connection/errors.ts'
import { accepted, parseOperation, type AzureOperation } from '../connection/operation.ts'
import type { AzureFleet } from '../context.ts'
import { EXTENSION, extensionBody, needsExtension } from '../making/extension.ts'
import { findMachine } from './create.ts'
import { clearLeftovers } from './delete.ts'
import { whyFailed } from './list.ts'

type Standing = 'pending' | 'done'

/** Asks once how the work stands; rejects with why it failed. Any process may ask, and ask again. */
export async function poll(fleet: AzureFleet, text: string): Promise<Standing> {
  const operation = parseOperation(text)
  const standing = await standingOf(fleet, operation)
  if (standing === 'pending') return 'pending'
  switch (operation.verb) {
    case 'create':
      return standing === 'unknown' ? watchMachine(fleet, operation) : setUp(fleet, operation)
    case 'delete':
      return (await clearLeftovers(fleet, operation.machine)) ? 'done' : 'pending'
    case 'start':
    case 'stop':
      return 'done'
  }
}

const WORDS = { create: 'making', delete: 'deleting', start: 'starting', stop: 'stopping' } as const

/** `unknown`: there is nothing to ask, or Azure has forgotten the work, as it does after a day. */
async function standingOf(fleet: AzureFleet, { verb, machine, poller }: AzureOperation): Promise<Standing | 'unknown'> {
  if (poller === undefined) return 'unknown'
  const { arm, calls } = fleet
  try {
    return await calls.read(`${WORDS[verb]} machine ${machine}`, (signal) => arm.resume(poller, signal))
  } catch (error) {
    if (error instanceof NotFound) return 'unknown'
    throw error
  }
}

/** Tells from the machine itself how making it went. */
async function watchMachine(fleet: AzureFleet, operation: AzureOperation): Promise<Standing> {
  const { config, arm, calls, clock } = fleet
  const name = operation.machine
  const machine = await findMachine(fleet, name)
  if (!machine) throw new NotFound(`machine ${name} is not there: it was deleted, or taken back, while it was made`)
  if (machine.provisioningState === 'Succeeded') return setUp(fleet, operation)
  if (machine.provisioningState !== 'Failed') return 'pending'
  const view = await calls.read(`reading the state of machine ${name}`, (abortSignal) =>
    arm.compute.virtualMachines.instanceView(config.resourceGroup, name, { abortSignal }),
  )
  const statuses = (view.statuses ?? []).flatMap(({ code, message }) =>
    code ? [{ code, message: message ?? '' }] : [],
  )
  const failed = new Error(`The long-running operation has failed. ${whyFailed(statuses).replace(': ', '. ')}`)
  throw typedError(failed, `making machine ${name}`, clock.wall())
}

/** Has the extension run the set-up, where the image does not do so by itself. Its end is for the engine to tell. */
async function setUp(fleet: AzureFleet, { machine }: AzureOperation): Promise<Standing> {
  const { config, arm, calls } = fleet
  if (!needsExtension(config)) return 'done'
  const { virtualMachineExtensions } = arm.compute
  const there = await calls
    .read(`looking at the set-up of machine ${machine}`, (abortSignal) =>
      virtualMachineExtensions.get(config.resourceGroup, machine, EXTENSION, { abortSignal }),
    )
    .catch((error: unknown) => {
      if (error instanceof NotFound) return undefined
      throw error
    })
  if (there) return 'done'
  const scripts = await fleet.bootstrap({ name: machine, fleet: config.name })
  const body = extensionBody(config, scripts)
  await calls.write(`setting up machine ${machine}`, (abortSignal) =>
    accepted(virtualMachineExtensions.createOrUpdate(config.resourceGroup, machine, EXTENSION, body, { abortSignal })),
  )
  return 'done'
}
