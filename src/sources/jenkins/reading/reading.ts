import type { Clock } from '../../../domain/ports/clock.ts'
import type { Controller } from '../api/controller.ts'
import { toNode, type Node } from '../nodes/node.ts'
import { COMPUTERS_PATH, computersSchema, QUEUE_PATH, queueSchema, type QueueItem } from './shapes.ts'

/** Queue and nodes as of one moment: two requests, however many items, nodes and pools there are. */
export interface Reading {
  /** Our wall time when it began. */
  readonly began: number
  readonly beganMonotonic: number
  /** The controller's time. */
  readonly date: number
  /** The controller's session: another one after every start. */
  readonly session?: string
  readonly items: readonly QueueItem[]
  readonly nodes: ReadonlyMap<string, Node>
}

/** The queue first: what has left it by then is on an executor in the list of nodes, or over. */
export async function takeReading(controller: Controller, owner: string, clock: Clock): Promise<Reading> {
  const [began, beganMonotonic] = [clock.wall(), clock.monotonic()]
  const queue = await controller.json({ path: QUEUE_PATH, what: 'read the queue', needs: 'Overall/Read' }, queueSchema)
  const nodes = await controller.json(
    { path: COMPUTERS_PATH, what: 'read the nodes', needs: 'Overall/Read' },
    computersSchema,
  )
  return {
    began,
    beganMonotonic,
    date: queue.date ?? began,
    session: nodes.session,
    items: queue.value.items ?? [],
    nodes: new Map((nodes.value.computer ?? []).map((computer) => [computer.displayName, toNode(computer, owner)])),
  }
}

/** Readings for everybody who needs one. */
export interface Reader<T> {
  /** One that begins after this call. All who ask meanwhile share it. */
  fresh(): Promise<T>
  /** Undefined when the last one failed. */
  newest(): T | undefined
}

/** `take` runs once at a time: what it does besides reading never overlaps with itself. */
export function createReader<T>(take: () => Promise<T>): Reader<T> {
  let newest: T | undefined
  let current: Promise<T> | undefined
  let following: Promise<T> | undefined

  function start(): Promise<T> {
    const taken = take().then((reading) => (newest = reading))
    current = taken
    const over = (): void => void (current = undefined)
    taken.then(over, () => {
      over()
      // What it was like before it stopped answering says nothing of what it is like when it answers again.
      newest = undefined
    })
    return taken
  }

  function startNext(): Promise<T> {
    following = undefined
    return start()
  }

  return {
    fresh() {
      if (!current) return start()
      following ??= current.then(startNext, startNext)
      return following
    },
    newest: () => newest,
  }
}
