import { NotFound } from '../../../domain/errors.ts'
import type { Logger } from '../../../domain/ports/logger.ts'
import type { Controller } from '../api/controller.ts'
import type { Dialect } from '../dialect.ts'
import type { Reading } from '../reading/reading.ts'
import type { QueueItem } from '../reading/shapes.ts'
import type { Node } from './node.ts'

export interface KeeperOptions {
  readonly controller: Controller
  readonly dialect: Dialect
  readonly logger: Logger
}

/** Words that people see beside a node that we took offline. */
const MESSAGE = 'Slipway: one build only'

export interface Keeper {
  /** Level-triggered, after each reading: a node at work is offered nothing more, one that its own work waits for is. */
  tend(reading: Reading, bound: ReadonlyMap<string, QueueItem>): Promise<void>
  /** Takes one offline for new builds. NotFound when it is gone. */
  shield(node: string): Promise<void>
}

export function createKeeper({ controller, dialect, logger }: KeeperOptions): Keeper {
  function shield(node: string): Promise<void> {
    const path = `computer/${node}/${dialect.node.offlineVerb}?offlineMessage=${encodeURIComponent(MESSAGE)}`
    return controller.post({ path, what: `take the node ${node} offline`, needs: dialect.needs.offline })
  }

  /** Called only for one that is offline: the same request takes any other offline. */
  function unshield(node: string): Promise<void> {
    const path = `computer/${node}/toggleOffline?offlineMessage=`
    return controller.post({ path, what: `bring the node ${node} back online`, needs: dialect.needs.connect })
  }

  async function tendOne(node: Node, isBound: boolean): Promise<void> {
    try {
      if (!node.idle && !node.shielded) await shield(node.name)
      if (node.idle && node.shielded && isBound) await unshield(node.name)
    } catch (error) {
      if (error instanceof NotFound) return
      // The next reading shows what is still to be done.
      logger.warn({ err: error, node: node.name }, 'node could not be tended')
    }
  }

  return {
    shield,
    async tend(reading, bound) {
      const ours = [...reading.nodes.values()].filter((node) => node.ours)
      await Promise.all(ours.map((node) => tendOne(node, bound.has(node.name))))
    },
  }
}
