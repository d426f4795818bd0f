/** Exponential delay without jitter: `base` doubling with each failure after the first, capped at `max`. */
export function backoffMs(failures: number, base = 10_000, max = 600_000): number {
  if (failures <= 0) return 0
  return Math.min(max, base * 2 ** Math.min(failures - 1, 30))
}

/** Full jitter between half of the delay and all of it, so that many targets don't return at one instant. */
export function withJitter(ms: number, random: () => number = Math.random): number {
  return Math.round(ms / 2 + random() * (ms / 2))
}
