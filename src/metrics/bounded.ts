/* What senders and days bring without end must not fill our memory. */

/** At most `most` different values; those that come later are all `other`. */
export function atMost(most: number): (value: string) => string {
  const seen = new Set<string>()
  return (value) => {
    if (seen.size < most) seen.add(value)
    return seen.has(value) ? value : 'other'
  }
}

export interface Memory {
  get(key: string): string | undefined
  set(key: string, value: string): void
}

/** Remembers a word of each of the newest `most` keys. */
export function createMemory(most: number): Memory {
  const kept = new Map<string, string>()
  return {
    get: (key) => kept.get(key),
    set(key, value) {
      kept.set(key, value)
      const oldest = kept.size > most ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
    },
  }
}
