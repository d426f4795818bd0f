/** A seeded source of chance, so that a run can be repeated. */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  chance(probability: number): boolean
  between(range: readonly [number, number]): number
  /** Undefined for an empty list. */
  pick<T>(list: readonly T[]): T | undefined
  shuffle<T>(list: readonly T[]): T[]
}

/** Mulberry32: small, fast and good enough for shuffling work. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    chance: (probability) => probability > 0 && next() < probability,
    between: ([min, max]) => (min === max ? min : min + next() * (max - min)),
    pick: (list) => list[Math.floor(next() * list.length)],
    shuffle: (list) =>
      list
        .map((item) => ({ item, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item),
  }
}
