import { hostOf, type Context } from '../context.ts'
import { deadlines, within } from '../host.ts'
import { statusOf } from '../engine/errors.ts'
import { containerNameOf } from '../labels.ts'
import { workOf } from '../operation.ts'
import { advance } from './create.ts'
import { remove } from './delete.ts'
import { stop } from './rest.ts'

/** Looks whether the work is done; where the process that began it is gone, it is begun again. */
export async function poll(context: Context, fleet: string, operation: string): Promise<'pending' | 'done'> {
  const work = workOf(operation)
  switch (work.do) {
    case 'create':
      return advance(context, fleet, work.name, work.sizeName)
    case 'delete':
      return (await remove(context, fleet, work.name)) === undefined ? 'done' : 'pending'
    case 'stop':
      return pollStop(context, fleet, work.name)
  }
}

async function pollStop(context: Context, fleet: string, name: string): Promise<'pending' | 'done'> {
  const container = hostOf(context, fleet).docker.getContainer(containerNameOf(context.owner, name))
  const running = await within(context, deadlines.look, `looking at the machine ${name}`, async (abortSignal) => {
    try {
      return (await container.inspect({ abortSignal })).State.Running
    } catch (error) {
      if (statusOf(error) === 404) return false
      throw error
    }
  })
  if (!running) return 'done'
  if (!context.stopping.has(name)) await stop(context, fleet, name)
  return 'pending'
}
