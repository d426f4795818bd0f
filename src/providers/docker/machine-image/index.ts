import { Refused } from '../../../domain/errors.ts'
import type { Clock } from '../../../domain/ports/clock.ts'
import type { DoctorFinding } from '../../../domain/ports/doctor.ts'
import type { Logger } from '../../../domain/ports/logger.ts'
import { deadlines, within, type Host } from '../host.ts'
import { statusOf, wordsOf } from '../engine/errors.ts'
import { pullImage, type Login } from './pull.ts'
import { createHostRecipe, type Recipe } from './recipe.ts'

/** As the makers of the engine publish it: what machines are made from unless the fleet says otherwise. */
export const PUBLISHED = 'docker:dind'

export interface MachineImages {
  /**
   * What to make a machine from, by a name that the host's engine knows. Undefined while it is being fetched or made:
   * look again later. Rejects when that has failed; the next look tries anew.
   */
  look(host: Host, wanted: string | undefined): Promise<string | undefined>
  examine(host: Host, wanted: string | undefined): Promise<Omit<DoctorFinding, 'about'>>
}

export interface ImageOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly registries: () => readonly Login[]
  /** How one is made of this machine's own programs; default: as this machine allows. */
  readonly recipe?: () => Promise<Recipe | undefined>
}

/**
 * Without a wish, the published image; where that can't be had, one of the engine that this machine has installed:
 * then all works without a network.
 */
export function createMachineImages(options: ImageOptions): MachineImages {
  const { clock, logger, recipe = createHostRecipe() } = options
  const fetching = new Map<string, { failure?: Error }>()

  async function has(host: Host, image: string): Promise<boolean> {
    return within({ clock }, deadlines.look, `looking for the image ${image}`, async (abortSignal) => {
      try {
        await host.docker.getImage(image).inspect({ abortSignal })
        return true
      } catch (error) {
        if (statusOf(error) === 404) return false
        throw error
      }
    })
  }

  async function present(host: Host, wanted: string | undefined): Promise<string | undefined> {
    if (await has(host, wanted ?? PUBLISHED)) return wanted ?? PUBLISHED
    const own = wanted === undefined ? await recipe() : undefined
    return own && (await has(host, own.tag)) ? own.tag : undefined
  }

  async function fetch(host: Host, wanted: string | undefined): Promise<void> {
    const image = wanted ?? PUBLISHED
    try {
      await pullImage(host, image, options)
    } catch (error) {
      const own = wanted === undefined ? await recipe() : undefined
      if (!own) {
        throw new Refused(
          `the image ${image} that machines are made from can't be had: ${wordsOf(error)}. ` +
            'Load it into the host’s engine, or name another one in `image`',
          { cause: error },
        )
      }
      logger.info({ image: own.tag, because: wordsOf(error) }, 'making the machine image of this host’s own engine')
      await own.make(host)
    }
  }

  return {
    async look(host, wanted) {
      const image = await present(host, wanted)
      if (image !== undefined) return image
      const key = `${host.url} ${wanted ?? ''}`
      const under = fetching.get(key)
      if (under?.failure) {
        fetching.delete(key)
        throw under.failure
      }
      if (!under) {
        const attempt: { failure?: Error } = {}
        fetching.set(key, attempt)
        fetch(host, wanted).then(
          () => fetching.delete(key),
          (error: unknown) => {
            attempt.failure = error instanceof Error ? error : new Error(String(error))
          },
        )
      }
      return undefined
    },
    async examine(host, wanted) {
      const image = await present(host, wanted)
      if (image !== undefined) return { level: 'ok', finding: `machines are made from the image ${image}` }
      const mend = 'it is fetched for the first machine; if that fails, load it into the host’s engine'
      return { level: 'warning', finding: `the host has no image ${wanted ?? PUBLISHED} yet`, mend }
    },
  }
}
