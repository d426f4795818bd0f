import { subtractResources, type Resources } from '../../../../domain/resources.ts'

/** A number of containers that need the same. */
export interface Batch {
  readonly wanted: Resources
  readonly count: number
}

/** How many containers of a kind fit into a space at most. */
export function countFitting(wanted: Resources, free: Resources, slots: number): number {
  const most = Math.min(
    slots,
    times(free.milliCpu, wanted.milliCpu),
    times(free.memory, wanted.memory),
    times(free.disk, wanted.disk),
  )
  return Math.max(0, most)
}

function times(whole: number, one: number): number {
  if (one > 0) return Math.floor(whole / one)
  return whole < 0 ? 0 : Infinity
}

/** How many of each batch one machine takes, in their order; `left` says how many there still are. */
export function fillOne(batches: readonly Batch[], left: readonly number[], free: Resources, slots: number): number[] {
  let rest = free
  let open = slots
  return batches.map(({ wanted }, at) => {
    const taken = Math.min(left[at] ?? 0, countFitting(wanted, rest, open))
    if (taken === 0) return 0
    rest = subtractResources(rest, {
      milliCpu: wanted.milliCpu * taken,
      memory: wanted.memory * taken,
      disk: wanted.disk * taken,
    })
    open -= taken
    return taken
  })
}

/** The most that any of them has of each resource: what sizes are compared with. */
export function largestOf(all: readonly Resources[]): Resources {
  return {
    milliCpu: Math.max(0, ...all.map(({ milliCpu }) => milliCpu)),
    memory: Math.max(0, ...all.map(({ memory }) => memory)),
    disk: Math.max(0, ...all.map(({ disk }) => disk)),
  }
}

/** The share of a machine that a container takes: of the resource that it takes most of. */
export function shareOf(wanted: Resources, whole: Resources): number {
  return Math.max(
    part(wanted.milliCpu, whole.milliCpu),
    part(wanted.memory, whole.memory),
    part(wanted.disk, whole.disk),
  )
}

function part(of: number, whole: number): number {
  if (of === 0) return 0
  return whole > 0 ? of / whole : Infinity
}
