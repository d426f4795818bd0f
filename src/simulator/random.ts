/** Chance that follows from a seed alone. */
export interface Random {
  /** In [0, 1). */
  next(): number
  chance(share: number): boolean
  /** In [from, to). */
  between(from: number, to: number): number
  /** A whole number, both ends included. */
  whole(from: number, to: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  /** Mostly near `mean`, now and then far beyond it. */
  exponential(mean: number): number
  shuffled<T>(items: readonly T[]): T[]
  /** Chance of its own, that no other's draws disturb. */
  fork(name: string): Random
}

export function createRandom(seed: number): Random {
  const next = mulberry32(seed)
  const between = (from: number, to: number): number => from + next() * (to - from)
  const random: Random = {
    next,
    chance: (share) => next() < share,
    between,
    whole: (from, to) => Math.floor(between(from, to + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    exponential: (mean) => -mean * Math.log(1 - next()),
    shuffled: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
    fork: (name) => createRandom(hash(`${seed}/${name}`)),
  }
  return random
}

/** Fresh ids of `[a-z0-9]` that begin with a letter. */
export function seededIds(random: Random): () => string {
  const letters = 'abcdefghijkmnpqrstuvwxyz'
  const all = `${letters}23456789`
  const one = (of: string): string => of[Math.floor(random.next() * of.length)] ?? 'a'
  return () => one(letters) + Array.from({ length: 9 }, () => one(all)).join('')
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
