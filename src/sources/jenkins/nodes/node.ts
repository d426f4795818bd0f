import { isRegistrationOf } from '../../../domain/agent.ts'
import type { Computer, Executable } from '../reading/shapes.ts'

/** A node of the controller, ours or not, as one reading shows it. */
export interface Node {
  readonly name: string
  /** Made by this Slipway: only such are ever touched. */
  readonly ours: boolean
  /** Taken offline by a person or by us: it is offered nothing new. */
  readonly shielded: boolean
  readonly connected: boolean
  readonly idle: boolean
  /** Without the one that every node has of its own name. */
  readonly labels: readonly string[]
  readonly running: readonly Executable[]
}

/** What our nodes carry in their description. */
export function markOf(owner: string): string {
  return `slipway-owner=${owner}`
}

export function toNode(computer: Computer, owner: string): Node {
  const { displayName: name, description } = computer
  const running = (computer.executors ?? []).flatMap(({ currentExecutable }) => currentExecutable ?? [])
  const shielded = computer.temporarilyOffline === true
  return {
    name,
    ours: isRegistrationOf(owner, name) && isMarked(description ?? undefined, owner),
    shielded,
    // One that is shielded counts as offline whether it is there or not.
    connected: computer.offline === false || shielded,
    idle: computer.idle !== false && running.length === 0,
    labels: (computer.assignedLabels ?? []).flatMap((label) => (label && label.name !== name ? [label.name] : [])),
    running,
  }
}

/** Hudson shows no description: there the name alone is the mark. */
function isMarked(description: string | undefined, owner: string): boolean {
  return description === undefined || description.split(/\s+/).includes(markOf(owner))
}

/** Whether the two have the very same labels, so that no expression over labels tells them apart. */
export function areTwins(one: Node, other: Node): boolean {
  return one.name !== other.name && one.labels.toSorted().join('\n') === other.labels.toSorted().join('\n')
}
