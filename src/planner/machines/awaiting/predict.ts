/** Fewer past durations say nothing. */
const leastSamples = 3

/**
 * How long a job that has run for `elapsedMs` is expected to go on: the median of the past ones that took longer,
 * less what has passed. `durations` are ascending. Undefined when fewer than three took longer.
 */
export function remainingMs(durations: readonly number[], elapsedMs: number): number | undefined {
  const longer = durations.slice(firstAbove(durations, elapsedMs))
  if (longer.length < leastSamples) return undefined
  const middle = longer[Math.floor((longer.length - 1) / 2)]
  const next = longer[Math.ceil((longer.length - 1) / 2)]
  return middle === undefined || next === undefined ? undefined : (middle + next) / 2 - elapsedMs
}

function firstAbove(ascending: readonly number[], value: number): number {
  const at = ascending.findIndex((each) => each > value)
  return at < 0 ? ascending.length : at
}
