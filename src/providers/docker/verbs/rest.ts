import { NotFound } from '../../../domain/errors.ts'
import type { Operation } from '../../../domain/ports/provider.ts'
import { hostOf, type Context } from '../context.ts'
import { statusOf } from '../engine/errors.ts'
import { deadlines, STOP_GRACE_S, within } from '../host.ts'
import { textOf } from '../operation.ts'
import { findContainer, type OwnContainer } from '../own-container.ts'

/** Its engine is told to end, which may take a while: the operation waits for that. */
export async function stop(context: Context, fleet: string, name: string): Promise<Operation> {
  const { container, info } = await ownMachine(context, fleet, name)
  if (!info.State.Running) return undefined
  if (!context.stopping.has(name)) {
    context.stopping.add(name)
    within(context, deadlines.stop, `stopping the machine ${name}`, (abortSignal) =>
      container.stop({ t: STOP_GRACE_S, abortSignal }),
    )
      .catch((error: unknown) => context.logger.warn({ err: error, machine: name }, 'the machine does not stop'))
      .finally(() => context.stopping.delete(name))
  }
  return textOf({ do: 'stop', name })
}

/** Whether it has stopped. Where the process that told it to is gone, it is told again. */
export async function stopped(context: Context, fleet: string, name: string): Promise<boolean> {
  try {
    return (await stop(context, fleet, name)) === undefined
  } catch (error) {
    if (error instanceof NotFound) return true
    throw error
  }
}

export async function start(context: Context, fleet: string, name: string): Promise<Operation> {
  const { container } = await ownMachine(context, fleet, name)
  return within(context, deadlines.make, `starting the machine ${name}`, async (abortSignal) => {
    try {
      await container.start({ abortSignal })
    } catch (error) {
      // It runs already.
      if (statusOf(error) !== 304) throw error
    }
    return undefined
  })
}

async function ownMachine(context: Context, fleet: string, name: string): Promise<OwnContainer> {
  const { docker } = hostOf(context, fleet)
  const found = await within(context, deadlines.look, `looking at the machine ${name}`, (abortSignal) =>
    findContainer(context, docker, name, abortSignal),
  )
  if (!found?.ours) throw new NotFound(`the fleet ${fleet} has no machine ${name}`)
  return found
}
