import type { Fleet } from '../../domain/fleet.ts'
import { subtractResources, type Resources } from '../../domain/resources.ts'

/** What of a machine is for agents. */
export function allocatableOf(size: Resources, fleet: Fleet): Resources {
  const rest = subtractResources(size, fleet.reserve)
  return { milliCpu: Math.max(0, rest.milliCpu), memory: Math.max(0, rest.memory), disk: Math.max(0, rest.disk) }
}

export function sameResources(a: Resources, b: Resources): boolean {
  return a.milliCpu === b.milliCpu && a.memory === b.memory && a.disk === b.disk
}
