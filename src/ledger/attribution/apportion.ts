/**
 * Splits an amount in proportion to weights so that the parts sum to it exactly: each gets its share rounded down, and
 * what is left goes one by one to those who lost most by the rounding, the first of equals first. Nothing is split
 * over weights that are all zero.
 */
export function apportion(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n)
  if (whole === 0n) return weights.map(() => 0n)
  const parts = weights.map((weight) => (amount * weight) / whole)
  const left = Number(amount - parts.reduce((sum, part) => sum + part, 0n))
  if (left === 0) return parts
  const rest = weights.map((weight, index) => ({ index, lost: (amount * weight) % whole }))
  rest.sort((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1))
  for (const { index } of rest.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n
  return parts
}
