import { ImageUnavailable } from '../../domain/errors.ts'
import type { Action } from '../../domain/plan.ts'
import { journal, type Context } from '../context.ts'
import { giveUpOnImage } from './fixed-job.ts'

/** Sees to it that an image is on a machine: asks the engine, and fetches it if need be. */
export async function pullImage(context: Context, action: Action & { kind: 'pull-image' }): Promise<void> {
  const { machine, image } = action
  const runtime = context.runtimes.of(machine)
  if (!runtime) return
  const id = `${machine}/${image}`
  try {
    if (!(await runtime.hasImage(image))) {
      context.logger.info({ machine, image }, 'fetching image')
      await runtime.pull(image, (words) => void context.known.pulls.set(id, words))
    }
    context.known.images.add(id)
    context.backoffs.ok(`image:${id}`)
  } catch (error) {
    await pullFailed(context, machine, image, error)
  } finally {
    context.known.pulls.delete(id)
  }
}

async function pullFailed(context: Context, machine: string, image: string, error: unknown): Promise<void> {
  const target = `image:${machine}/${image}`
  context.backoffs.fail(target, error)
  context.logger.warn({ err: error, machine, image }, 'image is not to be had')
  const reason = `${image}: ${error instanceof Error ? error.message : String(error)}`
  await context.state.commit([
    journal(context, 'pull-image', `machine:${machine}`, reason, 'failed'),
    ...(error instanceof ImageUnavailable
      ? giveUpOnImage(context, image, context.backoffs.failures(target), reason)
      : []),
  ])
}
