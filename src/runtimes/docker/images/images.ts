import type { Clock } from '../../../domain/ports/clock.ts'
import { ImageUnavailable } from '../../../domain/errors.ts'
import type { EngineApi } from '../connection/api.ts'
import { statusOf } from '../connection/errors.ts'

/** What preparing a container needs to know of its image. */
export interface ImageFacts {
  readonly id: string
  readonly entrypoint: readonly string[]
  /** Entrypoint and command: what it runs by itself. */
  readonly command: readonly string[]
}

export interface Images {
  /** Rejects with ImageUnavailable when the image is not on the machine. Usually answers from memory. */
  of(image: string, signal: AbortSignal): Promise<ImageFacts>
  /** Asks the engine; undefined when the image is not there. */
  look(image: string, signal: AbortSignal): Promise<ImageFacts | undefined>
  forget(image: string): void
}

/** A tag may move to another image behind our back: facts this old are asked for again. */
const FACTS_HOLD_MS = 60_000

export function createImages(docker: EngineApi, clock: Clock): Images {
  const known = new Map<string, { facts: ImageFacts; at: number }>()

  async function look(image: string, signal: AbortSignal): Promise<ImageFacts | undefined> {
    try {
      const { Id, Config } = await docker.getImage(image).inspect({ abortSignal: signal })
      const entrypoint = listOf(Config.Entrypoint)
      const facts = { id: Id, entrypoint, command: [...entrypoint, ...listOf(Config.Cmd)] }
      known.set(image, { facts, at: clock.monotonic() })
      return facts
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      known.delete(image)
      return undefined
    }
  }

  return {
    look,
    async of(image, signal) {
      const held = known.get(image)
      if (held && clock.monotonic() - held.at < FACTS_HOLD_MS) return held.facts
      const facts = await look(image, signal)
      if (!facts) throw new ImageUnavailable(`image ${image} is not on the machine: pull it first`)
      return facts
    },
    forget: (image) => void known.delete(image),
  }
}

function listOf(value: string | string[] | null | undefined): readonly string[] {
  if (!value) return []
  return typeof value === 'string' ? [value] : value
}
