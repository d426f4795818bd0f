/** Nano-units as decimal digits, as the API tells amounts. */
export interface Amount {
  readonly nanos: string
  readonly currency: string
}

const nano = 1_000_000_000n

/** `12.34 USD`; below 1 with four places, and never rounded up to what was not spent: `0.0123 USD`, `< 0.0001 USD`. */
export function amountText({ nanos, currency }: Amount): string {
  const all = BigInt(nanos)
  if (all < 0n) return `−${amountText({ nanos: String(-all), currency })}`
  if (all > 0n && all < 100_000n) return `< 0.0001 ${currency}`
  const places = all >= nano || all === 0n ? 2 : 4
  const fraction = (all % nano).toString().padStart(9, '0').slice(0, places)
  return `${(all / nano).toLocaleString('en')}.${fraction} ${currency}`
}

/** For charts and shares alone: a number is not exact. */
export function amountNumber(nanos: string | bigint): number {
  return Number(nanos) / 1e9
}

/** How much of the whole it is, 0 to 1; none of nothing. */
export function shareOf(part: string | bigint, whole: string | bigint): number {
  const all = BigInt(whole)
  return all === 0n ? 0 : Number((BigInt(part) * 100_000n) / all) / 100_000
}
