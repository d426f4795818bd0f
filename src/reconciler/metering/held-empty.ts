import type { Machine } from '../../domain/machine.ts'
import type { Context } from '../context.ts'

/** Machines that are empty because their fleet holds so many ready: the oldest of those that could be. */
export function heldEmpty({ state, wanted }: Context): ReadonlySet<string> {
  const held = new Set<string>()
  const warm = wanted().fleets.filter(({ elastic }) => elastic && elastic.warm.machines > 0)
  if (warm.length === 0) return held
  const occupied = new Set([...state.containers.values()].map(({ machine }) => machine))
  for (const { name, elastic } of warm) {
    const empty = [...state.machines.values()].filter(
      (machine) => machine.fleet === name && machine.state === 'ready' && !machine.cordon && !occupied.has(machine.key),
    )
    for (const { key } of empty.sort(olderFirst).slice(0, elastic?.warm.machines)) held.add(key)
  }
  return held
}

function olderFirst(a: Machine, b: Machine): number {
  return a.createdAt - b.createdAt || (a.key < b.key ? -1 : 1)
}
