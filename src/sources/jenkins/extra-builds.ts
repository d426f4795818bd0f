import type { Clock } from '../../domain/ports/clock.ts'
import type { Logger } from '../../domain/ports/logger.ts'

/** Builds that came to a node which had had its one: shorter than two readings, they slip in before it is offline. */
export interface ExtraBuilds {
  add(node: string, run: string): void
  /** Of the last day, the newest last. */
  recent(): readonly ExtraBuild[]
}

export interface ExtraBuild {
  readonly node: string
  readonly run: string
  readonly at: number
}

const DAY_MS = 86_400_000
const MOST = 1000

export function createExtraBuilds(options: {
  readonly clock: Clock
  readonly logger: Logger
  readonly onExtraBuild: () => void
}): ExtraBuilds {
  const { clock, logger, onExtraBuild } = options
  let builds: ExtraBuild[] = []
  const recent = (): readonly ExtraBuild[] => builds.filter(({ at }) => at > clock.wall() - DAY_MS)
  return {
    recent,
    add(node, run) {
      logger.warn({ node, run }, 'a further build has come to a node that had its one; it runs to its end')
      builds = [...recent().slice(1 - MOST), { node, run, at: clock.wall() }]
      onExtraBuild()
    },
  }
}
