import type { Agent, Container, Registration } from '../../domain/agent.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Machine, Making } from '../../domain/machine.ts'
import type { PriceInterval } from '../../domain/money.ts'
import type { RecordTable, Records } from '../../domain/ports/store.ts'

/** The wall clock was set, or the host slept: wall time went on by this much more than time itself did. */
export interface Jump {
  readonly byMs: number
  /** The first wall time that may have been read after the jump. */
  readonly from: number
  /** The newest. */
  readonly to: number
}

/** Below this, a step passes as it is: it moves a deadline by no more than this. */
export const leastMs = 30_000

/** Tells of a jump since the last call, by comparing the wall clock with the monotonic one. */
export function createJumpDetector(clock: Clock): () => Jump | undefined {
  let wall = clock.wall()
  let monotonic = clock.monotonic()
  return () => {
    const to = clock.wall()
    const byMs = Math.round(to - wall - (clock.monotonic() - monotonic))
    const from = wall + byMs
    wall = to
    monotonic = clock.monotonic()
    return Math.abs(byMs) > leastMs ? { byMs, from, to } : undefined
  }
}

/**
 * Where a time stands after the jumps, oldest first, as far from now as it was; one read after a jump stands right for
 * it and for those before.
 */
export function moved(at: number, ...jumps: readonly Jump[]): number {
  let byMs = 0
  for (const jump of jumps.toReversed()) {
    if (at >= jump.from && at <= jump.to) break
    byMs += jump.byMs
  }
  return at + byMs
}

/** The record with all its times moved. */
export function movedRecord<T extends RecordTable>(
  table: T,
  record: Records[T],
  ...jumps: readonly Jump[]
): Partial<Records[T]> {
  const patch: Partial<Record<keyof Records[T], unknown>> = {}
  for (const field of times[table]) {
    const at = record[field]
    if (typeof at === 'number') patch[field] = moved(at, ...jumps)
  }
  if ('made' in record && record.made) Object.assign(patch, { made: movedMaking(record.made, jumps) })
  if ('prices' in record && record.prices) Object.assign(patch, { prices: movedPrices(record.prices, jumps) })
  return patch as Partial<Records[T]>
}

/** What its provider has announced for a moment stays where it is: that is the provider's time. */
function movedMaking(made: Making, jumps: readonly Jump[]): Making {
  const times = [made.acceptedAt, made.readyAt, made.goneAt].map((at) => (at === undefined ? at : moved(at, ...jumps)))
  const [acceptedAt, readyAt, goneAt] = times
  const { eviction } = made
  return {
    ...made,
    acceptedAt,
    readyAt,
    goneAt,
    prices: movedPrices(made.prices, jumps),
    eviction: eviction && { ...eviction, noticedAt: moved(eviction.noticedAt, ...jumps) },
  }
}

function movedPrices(prices: readonly PriceInterval[], jumps: readonly Jump[]): readonly PriceInterval[] {
  return prices.map((price) => ({ ...price, from: moved(price.from, ...jumps) }))
}

/** The newest time in the record. */
export function newestTime<T extends RecordTable>(table: T, record: Records[T]): number {
  return Math.max(...times[table].map((field) => record[field]).filter((at) => typeof at === 'number'))
}

const times: { readonly [T in RecordTable]: readonly (keyof Records[T])[] } = {
  job: [
    'seenAt',
    'readAt',
    'receivedAt',
    'queuedAt',
    'startedAt',
    'doneAt',
    'cancelRequestedAt',
  ] satisfies (keyof Job)[],
  agent: ['createdAt', 'stateAt', 'activatedAt', 'jobDoneAt'] satisfies (keyof Agent)[],
  registration: ['createdAt'] satisfies (keyof Registration)[],
  container: ['createdAt', 'preparedAt', 'goneAt'] satisfies (keyof Container)[],
  machine: ['createdAt', 'stateAt', 'seenAt', 'emptySince'] satisfies (keyof Machine)[],
}
