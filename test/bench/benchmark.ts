export interface Goal {
  readonly words: string
  readonly met: (figure: number) => boolean
}

/** One benchmark: what it measures, and against which goals. `say` is for progress, on standard error. */
export interface Benchmark {
  readonly goals: Readonly<Record<string, Goal>>
  readonly run: (say: (line: string) => void) => Promise<Readonly<Record<string, number | string>>>
}

export function atMost(limit: number): Goal {
  return { words: `≤ ${limit}`, met: (figure) => figure <= limit }
}

export function atLeast(limit: number): Goal {
  return { words: `≥ ${limit}`, met: (figure) => figure >= limit }
}

/** The value below which the share `q` (0 to 1) of the values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN
}

export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits))
}
