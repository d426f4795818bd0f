import { areTwins } from '../nodes/node.ts'
import type { Tracks } from '../nodes/tracks.ts'
import { isStep, namedNode } from './asks.ts'
import { runPathOf } from './job-path.ts'
import type { Reading } from './reading.ts'
import type { QueueItem } from './shapes.ts'

/**
 * Steps of Pipelines that go on where they were when the controller was restarted: each waits in the queue for the very
 * node that it held, by the node's own name. They are no demand, and their node has work. Key: the node.
 *
 * A new step names a single node too where no other has its label; so it counts as bound only if the node held its run
 * before a restart, or another node has the very same labels and yet is not named.
 */
export function findBound(reading: Reading, tracks: Tracks): ReadonlyMap<string, QueueItem> {
  const bound = new Map<string, QueueItem>()
  for (const item of reading.items) {
    const name = isStep(item) ? namedNode(item, reading) : undefined
    const node = name === undefined ? undefined : reading.nodes.get(name)
    if (!node) continue
    const run = runPathOf(item.task?.url ?? '')
    const twin = [...reading.nodes.values()].some((other) => other.ours && areTwins(node, other))
    if (twin || tracks.heldBeforeRestart(node.name, run, reading.session)) bound.set(node.name, item)
  }
  return bound
}
