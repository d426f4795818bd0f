/** A map that holds entries up to a weight; those not used for longest go first. */
export interface Lru<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

/** Each entry weighs 1 unless `weigh` says otherwise. One that is too heavy by itself is not kept. */
export function createLru<V>(limit: number, weigh: (value: V) => number = () => 1): Lru<V> {
  const entries = new Map<string, V>()
  let weight = 0

  function drop(key: string): void {
    const value = entries.get(key)
    if (value === undefined) return
    weight -= weigh(value)
    entries.delete(key)
  }

  return {
    get: (key) => {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set: (key, value) => {
      drop(key)
      entries.set(key, value)
      weight += weigh(value)
      for (const oldest of entries.keys()) {
        if (weight <= limit) return
        drop(oldest)
      }
    },
  }
}
