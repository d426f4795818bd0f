import type { Operation } from '../../../domain/ports/provider.ts'
import { hostOf, type Context } from '../context.ts'
import { deadlines, within } from '../host.ts'
import { statusOf } from '../engine/errors.ts'
import { findContainer } from '../own-container.ts'
import { removeIdleNetwork } from '../network.ts'
import { textOf } from '../operation.ts'

/** With all that ran in it and its volume; with the last one goes the network. */
export function remove(context: Context, fleet: string, name: string): Promise<Operation> {
  const { docker } = hostOf(context, fleet)
  return within(context, deadlines.remove, `deleting the machine ${name}`, async (abortSignal) => {
    // One that is being made would come into being behind our back. Whether that went well is its caller's to hear.
    await context.making.get(name)?.catch(() => undefined)
    const found = await findContainer(context, docker, name, abortSignal)
    if (found && !found.ours) return undefined
    try {
      await found?.container.remove({ force: true, v: true, abortSignal })
    } catch (error) {
      // It is being removed already.
      if (statusOf(error) === 409) return textOf({ do: 'delete', name })
      if (statusOf(error) !== 404) throw error
    }
    if (context.making.size === 0) await removeIdleNetwork(docker, context.owner, abortSignal)
    return undefined
  })
}
