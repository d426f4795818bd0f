import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'
import type { EngineApi } from './connection/api.ts'
import type { ImageFacts, Images } from './images/images.ts'
import type { Networks } from './host/networks.ts'

/** What every verb works with: one engine, as one owner. */
export interface Engine {
  readonly owner: string
  readonly docker: EngineApi
  /** The endpoint in words, for messages. */
  readonly where: string
  readonly clock: Clock
  readonly logger: Logger
  readonly deadlines: Deadlines
  readonly settings: AgentSettings
  readonly abilities: Abilities
  readonly images: Images
  readonly networks: Networks
  /** Keys of the probes that this process runs now. */
  readonly probes: Set<string>
  /** The image of the engine beside agents, as far as it is there: `createEngineImage`. */
  readonly engineImage: (signal: AbortSignal) => Promise<ImageFacts>
  /** Runs one call of the port: settles within `ms` and rejects only with errors of the port. */
  call<T>(what: string, ms: number, run: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export type Pull = (image: string, onProgress: (words: string) => void) => Promise<void>

/** What all containers of this engine get, none of it secret. */
export interface AgentSettings {
  readonly proxy?: string
  readonly noProxy: readonly string[]
  /** Every certificate that agents should trust, in PEM; undefined when nothing is added to the image's own. */
  readonly caBundle: () => Promise<string | undefined>
  /** The image of the engine beside agents with `containers: dind`. */
  readonly engineImage: string
  /** Most of an agent's output that will be asked for; undefined: its tail alone. */
  readonly logBytes?: number
}

/**
 * What this engine can do, learnt from what it refuses: asking beforehand costs time and tells less. The fields only
 * ever go from true to false.
 */
export interface Abilities {
  /** A small init in the container, which passes signals on and reaps zombies. */
  init: boolean
  /** A size limit for the container's own files. */
  storageSize: boolean
  /** Fully privileged containers, for the engine beside a `dind` agent. */
  privileged: boolean
}

/** Milliseconds after which a call is given up. */
export interface Deadlines {
  readonly list: number
  readonly prepare: number
  readonly activate: number
  readonly activity: number
  readonly end: number
  readonly remove: number
  /** Of a pull without any progress. */
  readonly pull: number
  readonly probe: number
  readonly examine: number
}

export const defaultDeadlines: Deadlines = {
  list: 10_000,
  prepare: 60_000,
  activate: 15_000,
  activity: 10_000,
  end: 15_000,
  remove: 30_000,
  pull: 900_000,
  probe: 60_000,
  examine: 15_000,
}
