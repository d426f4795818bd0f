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
  const ours = isRegistrationOf(owner, name) && isMarked(description, owner)
  const running = executablesOf(computer.executors)
  // The parent of a matrix build takes no executor, and yet works there. Elsewhere these are the runs of Pipelines.
  if (ours) running.push(...executablesOf(computer.oneOffExecutors))
  const shielded = computer.temporarilyOffline === true
  return {
    name,
    ours,
    shielded,
    // One that is shielded counts as offline whether it is there or not.
    connected: computer.offline === false || shielded,
    idle: computer.idle !== false && running.length === 0,
    labels: (computer.assignedLabels ?? []).flatMap((label) => (label && label.name !== name ? [label.name] : [])),
    running,
  }
}

function executablesOf(executors: Computer['executors']): Executable[] {
  return (executors ?? []).flatMap(({ currentExecutable }) => currentExecutable ?? [])
}

/** Hudson has no description to show: there the name alone is the mark. Jenkins shows one that is empty as null. */
function isMarked(description: string | null | undefined, owner: string): boolean {
  return description === undefined || (description ?? '').split(/\s+/).includes(markOf(owner))
}

/** Whether the two have the very same labels, so that no expression over labels tells them apart. */
export function areTwins(one: Node, other: Node): boolean {
  return one.name !== other.name && one.labels.toSorted().join('\n') === other.labels.toSorted().join('\n')
}
