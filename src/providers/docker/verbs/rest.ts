import type { Operation } from '../../../domain/ports/provider.ts'
import { hostOf, type Context } from '../context.ts'
import { deadlines, STOP_GRACE_S, within } from '../host.ts'
import { statusOf } from '../engine/errors.ts'
import { containerNameOf } from '../labels.ts'
import { textOf } from '../operation.ts'

/** Its engine is told to end, which may take a while: the operation waits for that. */
export async function stop(context: Context, fleet: string, name: string): Promise<Operation> {
  const container = hostOf(context, fleet).docker.getContainer(containerNameOf(context.owner, name))
  const running = await within(context, deadlines.look, `looking at the machine ${name}`, async (abortSignal) => {
    return (await container.inspect({ abortSignal })).State.Running
  })
  if (!running) return undefined
  context.stopping.add(name)
  within(context, deadlines.stop, `stopping the machine ${name}`, (abortSignal) =>
    container.stop({ t: STOP_GRACE_S, abortSignal }),
  )
    .catch((error: unknown) => context.logger.warn({ err: error, machine: name }, 'the machine does not stop'))
    .finally(() => context.stopping.delete(name))
  return textOf({ do: 'stop', name })
}

export function start(context: Context, fleet: string, name: string): Promise<Operation> {
  const container = hostOf(context, fleet).docker.getContainer(containerNameOf(context.owner, name))
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
