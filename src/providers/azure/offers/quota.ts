import type { Size } from '../making/size.ts'

export interface Usage {
  /** Azure's name of it, for people. */
  readonly name: string
  readonly used: number
  readonly limit: number
}

/**
 * How many more machines of the size the quotas admit. Spot has one of its own for all sizes together; on demand, the
 * family's and the location's count. Undefined: Azure says nothing of any of them.
 */
export function quotaFor(
  size: Pick<Size, 'family' | 'cores'>,
  spot: boolean,
  usage: ReadonlyMap<string, Usage>,
): number | undefined {
  const cores = spot ? ['lowprioritycores'] : [size.family.toLowerCase(), 'cores']
  const admitted = [...cores.map((name) => room(usage.get(name), size.cores)), room(usage.get('virtualmachines'), 1)]
  const known = admitted.filter((count) => count !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}

/** A negative limit is none. */
function room(usage: Usage | undefined, each: number): number | undefined {
  if (!usage) return undefined
  return usage.limit < 0 ? undefined : Math.max(0, Math.floor((usage.limit - usage.used) / each))
}
