import { ImageUnavailable, Transient } from '../../../domain/errors.ts'
import type { Engine, Pull } from '../context.ts'

/**
 * The image of the engine beside agents. No pool names it, so it is fetched from here when it is wanted first; until
 * it has come, agents that need it fail with Transient. Rejects with ImageUnavailable once if the last fetch told so.
 */
export function createEngineImage(engine: Omit<Engine, 'engineImage'>, pull: Pull): Engine['engineImage'] {
  const { engineImage: image } = engine.settings
  let fetching = false
  let failure: unknown

  async function fetchImage(): Promise<void> {
    fetching = true
    try {
      await pull(image, () => undefined)
      failure = undefined
    } catch (error) {
      engine.logger.warn({ err: error, engine: engine.where, image }, 'the image of the engine is not to be had')
      failure = error
    } finally {
      fetching = false
    }
  }

  return async (signal) => {
    const facts = await engine.images.look(image, signal)
    if (facts) return facts
    const before = failure
    if (!fetching) void fetchImage()
    if (before instanceof ImageUnavailable) throw before
    throw new Transient(`the image ${image}, the engine of \`containers: dind\`, is being fetched`)
  }
}
