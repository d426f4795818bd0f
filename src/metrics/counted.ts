/** Counts by the values of one label, or sums: far cheaper than asking a gauge to add for each of thousands of records. */
export type Counted = Map<string, number>

export function add(counted: Counted, key: string, amount = 1): void {
  counted.set(key, (counted.get(key) ?? 0) + amount)
}

/** Counts by two labels. */
export type CountedTwice = Map<string, Counted>

export function addTwice(counted: CountedTwice, first: string, second: string, amount = 1): void {
  let inner = counted.get(first)
  if (!inner) {
    inner = new Map()
    counted.set(first, inner)
  }
  add(inner, second, amount)
}

/** Every pair with its count. */
export function* pairs(counted: CountedTwice): Generator<[string, string, number]> {
  for (const [first, inner] of counted) for (const [second, count] of inner) yield [first, second, count]
}
