import type { Clock } from '../../domain/ports/clock.ts'

/** Permissions as the controller's matrix has them. */
export const permissions = [
  'Overall/Read',
  'Overall/Administer',
  'Job/Read',
  'Agent/Create',
  'Agent/Connect',
  'Agent/Configure',
  'Agent/Delete',
  'Agent/Disconnect',
] as const

export type Permission = (typeof permissions)[number]

export interface JenkinsStandInOptions {
  readonly clock?: Clock
  /** Default `jenkins`. Hudson's answers lack ids, labels and descriptions, and its words are older. */
  readonly system?: 'jenkins' | 'hudson'
  readonly host?: string
  readonly port?: number
  /** Drives which of several agents gets a build. */
  readonly seed?: number
  /** How long an item rests before it may be built. Default 0. */
  readonly quietMs?: number
  /** URL under which agents reach it, e.g. through a bridge's gateway. Default: where it listens. */
  readonly agentUrl?: (port: number) => string
  /** Default: all but Overall/Administer, which only Hudson needs. */
  readonly permissions?: readonly Permission[]
  /** Whether the built-in node could run builds, which changes the words of the queue. Default false. */
  readonly builtInExecutors?: boolean
  /**
   * Whether nodes are offline for new builds right after a restart too, as since 2.482, or only once their agents have
   * come back. Default true.
   */
  readonly remembersOffline?: boolean
  /** Language of the queue's words; only `de` is known besides English. */
  readonly language?: 'en' | 'de'
}
