import type { Node } from '../nodes/node.ts'
import { runPathOf } from './job-path.ts'
import type { Reading } from './reading.ts'
import type { Executable, QueueItem } from './shapes.ts'

/** What a node is at. */
export interface Work {
  readonly node: Node
  readonly executable: Executable
  /** Number of the reading that first showed that run there. */
  readonly since: number
}

export interface Works {
  /**
   * What the reading of that number shows at work. Ours first, and what began last: of steps that look alike, those have
   * most likely just left the queue.
   */
  in(reading: Reading, bound: ReadonlyMap<string, QueueItem>, number: number): readonly Work[]
}

export function createWorks(): Works {
  /** By node and run; those that the newest reading shows. */
  let first: ReadonlyMap<string, number> = new Map()

  return {
    in(reading, bound, number) {
      const works = [...reading.nodes.values()].flatMap((node) =>
        executablesOf(node, bound).map((executable): Work => {
          return { node, executable, since: first.get(placeOf(node, executable)) ?? number }
        }),
      )
      first = new Map(works.map(({ node, executable, since }) => [placeOf(node, executable), since]))
      return works.toSorted((one, other) => Number(other.node.ours) - Number(one.node.ours) || other.since - one.since)
    },
  }
}

/** A step that waits for its node again is as good as running on it. */
function executablesOf(node: Node, bound: ReadonlyMap<string, QueueItem>): readonly Executable[] {
  const url = bound.get(node.name)?.task?.url
  return url ? [...node.running, { url }] : node.running
}

function placeOf(node: Node, { url }: Executable): string {
  return `${node.name} ${runPathOf(url ?? '') ?? ''}`
}
