import type { Holder, Use } from '../../domain/ports/ledger.ts'
import type { Resources } from '../../domain/resources.ts'
import { apportion } from './apportion.ts'

/** Shares are counted in parts of this: all of a machine. */
const whole = 1_000_000_000n

export interface Share {
  /** Absent: what nobody holds. */
  readonly holder?: Holder
  readonly use?: Use
  readonly parts: bigint
}

export interface Held {
  readonly holder: Holder
  readonly use: Use
  /** Of `dominantShare`. */
  readonly wanted: bigint
}

/**
 * How a machine is shared at one moment, in parts that sum to `whole`. Jobs come first, each with the resource that it
 * has the greatest part of; together they never have more than all of it. Containers without a job share what these
 * leave, and nobody has the rest.
 */
export function sharesOf(held: readonly Held[]): Share[] {
  const jobs = held.filter(({ use }) => use.kind === 'job')
  const others = held.filter(({ use }) => use.kind !== 'job')
  const [forJobs, afterJobs] = within(whole, jobs)
  const [forOthers, rest] = within(afterJobs, others)
  return [...forJobs, ...forOthers, ...(rest > 0n ? [{ parts: rest }] : [])]
}

/** What they have of the room, scaled down where they want more than there is; and what is left of it. */
function within(room: bigint, held: readonly Held[]): [Share[], bigint] {
  const wanted = held.map((each) => each.wanted)
  const sum = wanted.reduce((total, parts) => total + parts, 0n)
  const given = sum > room ? apportion(room, wanted) : wanted
  const left = sum > room ? 0n : room - sum
  return [held.map(({ holder, use }, index) => ({ holder, use, parts: given[index] ?? 0n })), left]
}

/** The greatest part of any one resource, at most `whole`; of a resource that the machine has none of, all of it. */
export function dominantShare(used: Resources, allocatable: Resources): bigint {
  let most = 0n
  for (const resource of ['milliCpu', 'memory', 'disk'] as const) {
    const wanted = BigInt(Math.ceil(used[resource]))
    if (wanted <= 0n) continue
    const there = BigInt(Math.floor(allocatable[resource]))
    const parts = there > wanted ? (wanted * whole) / there : whole
    if (parts > most) most = parts
  }
  return most
}
