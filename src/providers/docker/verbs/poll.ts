import type { Context } from '../context.ts'
import { workOf } from '../operation.ts'
import { advance } from './create.ts'
import { remove } from './delete.ts'
import { stopped } from './rest.ts'

/** Looks whether the work is done; where the process that began it is gone, it is begun again. */
export async function poll(context: Context, fleet: string, operation: string): Promise<'pending' | 'done'> {
  const work = workOf(operation)
  switch (work.do) {
    case 'create':
      return advance(context, fleet, work.name, work.sizeName)
    case 'delete':
      return (await remove(context, fleet, work.name)) === undefined ? 'done' : 'pending'
    case 'stop':
      return (await stopped(context, fleet, work.name)) ? 'done' : 'pending'
  }
}
