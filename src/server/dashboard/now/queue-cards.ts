import type { QueueGroup } from '../../../domain/console/live.ts'

/** Jobs that ask for the same, with all the reasons why some of them wait. */
export interface QueueCard {
  readonly key: string
  readonly labels: string
  readonly pool?: string
  readonly count: number
  readonly oldestQueuedAt?: number
  readonly reasons: readonly QueueGroup[]
}

/** In the order in which the service tells them: who has waited longest comes first. */
export function cardsOf(groups: readonly QueueGroup[]): QueueCard[] {
  const cards = new Map<string, QueueCard>()
  for (const group of groups) {
    const key = `${group.source} ${group.scope} ${group.labels}`
    const before = cards.get(key)
    cards.set(key, {
      key,
      labels: group.labels,
      pool: before?.pool ?? group.pool,
      count: (before?.count ?? 0) + group.count,
      oldestQueuedAt: earliest(before?.oldestQueuedAt, group.oldestQueuedAt),
      reasons: [...(before?.reasons ?? []), group],
    })
  }
  return [...cards.values()]
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}
