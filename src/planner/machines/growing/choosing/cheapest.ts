import type { Resources } from '../../../../domain/resources.ts'
import { countFitting, fillOne, largestOf, shareOf, type Batch } from './fill.ts'
import type { Choice } from './choice.ts'

/** As much as this many of the largest machines take is left to the exact search at the end. */
const tail = 6
/** What the exact search may look at; beyond it the best kind is taken without a search. */
const mostNodes = 300

/**
 * The machines that take the batches for the least money: in bulk the kind that takes most for its price, then, for
 * what is left, the cheapest of all mixes. Every choice has a price, all in one currency. What none takes is left out.
 */
export function cheapestMix(
  batches: readonly Batch[],
  counts: readonly number[],
  choices: readonly Choice[],
): Choice[] {
  const left = [...counts]
  const mix: Choice[] = []
  for (;;) {
    const best = bestValue(batches, left, choices)
    if (!best) return mix
    const machines = (best.left - tail) / best.worth
    if (machines <= 0) return [...mix, ...search(batches, left, choices)]
    const times = Math.max(1, Math.min(Math.floor(machines), timesOver(best.taken, left)))
    for (let i = 0; i < times; i++) mix.push(best.choice)
    for (const [at, taken] of best.taken.entries()) left[at] = (left[at] ?? 0) - taken * times
  }
}

/** How often the same can be taken. */
function timesOver(taken: readonly number[], left: readonly number[]): number {
  return Math.min(...taken.map((count, at) => (count > 0 ? Math.floor((left[at] ?? 0) / count) : Infinity)))
}

interface Value {
  readonly choice: Choice
  readonly taken: readonly number[]
  /** What it takes, and what any choice could take of all that is left, in shares of the largest machine. */
  readonly worth: number
  readonly left: number
}

/** The choice whose price for what it takes is lowest; of equal ones the one that takes most. */
function bestValue(batches: readonly Batch[], left: readonly number[], choices: readonly Choice[]): Value | undefined {
  const yardstick = largestOf(choices.map(({ allocatable }) => allocatable))
  const shares = batches.map(({ wanted }) => shareOf(wanted, yardstick))
  const worthOf = (numbers: readonly number[]) =>
    numbers.reduce((sum, n, at) => sum + (n > 0 ? n * (shares[at] ?? 0) : 0), 0)
  const open = batches.map(({ wanted }, at) => (choices.some((each) => fitsOne(wanted, each)) ? (left[at] ?? 0) : 0))
  let best: (Value & { readonly rate: number }) | undefined
  for (const choice of choices) {
    const taken = fillOne(batches, left, choice.allocatable, choice.slots)
    if (taken.every((count) => count === 0)) continue
    const worth = worthOf(taken)
    const rate = priceOf(choice) / worth
    if (!best || rate < best.rate || (rate === best.rate && worth > best.worth))
      best = { choice, taken, rate, worth, left: worthOf(open) }
  }
  return best
}

function fitsOne(wanted: Resources, { allocatable, slots }: Choice): boolean {
  return countFitting(wanted, allocatable, slots) > 0
}

interface Mix {
  readonly cost: number
  readonly choice?: Choice
  readonly rest?: Mix
  readonly machines: number
}

const nothing: Mix = { cost: 0, machines: 0 }

/** Every way to take what is left, as long as there are few enough of them; ties go to fewer machines. */
function search(batches: readonly Batch[], counts: readonly number[], choices: readonly Choice[]): Choice[] {
  const known = new Map<string, Mix>()
  let nodes = 0

  function cheapest(left: readonly number[]): Mix {
    const id = left.join(' ')
    const seen = known.get(id)
    if (seen) return seen
    nodes++
    const best = bestValue(batches, left, choices)
    const open = !best ? [] : nodes > mostNodes ? [best.choice] : choices
    let mix = best ? undefined : nothing
    for (const choice of open) {
      const taken = fillOne(batches, left, choice.allocatable, choice.slots)
      if (taken.every((count) => count === 0)) continue
      const rest = cheapest(left.map((count, at) => count - (taken[at] ?? 0)))
      const cost = priceOf(choice) + rest.cost
      const machines = rest.machines + 1
      if (!mix || cost < mix.cost || (cost === mix.cost && machines < mix.machines))
        mix = { cost, choice, rest, machines }
    }
    known.set(id, mix ?? nothing)
    return mix ?? nothing
  }

  const mix: Choice[] = []
  for (let at: Mix | undefined = cheapest(counts); at?.choice; at = at.rest) mix.push(at.choice)
  return mix
}

/** Nano-units an hour; exact enough to compare with. */
function priceOf(choice: Choice): number {
  return Number(choice.offer.price?.nanos ?? 0n)
}
