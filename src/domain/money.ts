/** Nano-units of a currency: 1 USD = 1,000,000,000. Exact, so that sums can be compared with what they were split from. */
export type Nanos = bigint

export interface Money {
  readonly nanos: Nanos
  /** ISO 4217: `USD`. Amounts of two currencies are never added. */
  readonly currency: string
}

/** From `from` on (our wall time) a machine costs this. As text, for records are JSON. */
export interface PriceInterval {
  readonly from: number
  /** Nano-units an hour, in decimal digits. Absent: nobody knows the price, so the cost is not known either. */
  readonly nanosPerHour?: string
  readonly currency: string
  /** What is paid for: the running machine, or only the disk of a stopped one. */
  readonly what: 'running' | 'stopped'
}

const hourMs = 3_600_000n

/** Cumulative cost after `ms` at a price: rounded down, so that costs of intervals are differences and sum exactly. */
export function costAfter(nanosPerHour: Nanos, ms: number): Nanos {
  return (nanosPerHour * BigInt(Math.max(0, Math.floor(ms)))) / hourMs
}

/** What the intervals have cost between two moments; undefined if a price in force then is not known. */
export function costBetween(intervals: readonly PriceInterval[], from: number, to: number): Nanos | undefined {
  let sum = 0n
  for (const [index, interval] of intervals.entries()) {
    const end = Math.min(to, intervals[index + 1]?.from ?? to)
    const begin = Math.max(from, interval.from)
    if (end <= begin) continue
    if (interval.nanosPerHour === undefined) return undefined
    const price = BigInt(interval.nanosPerHour)
    sum += costAfter(price, end - interval.from) - costAfter(price, begin - interval.from)
  }
  return sum
}

/** For people: rounded to a hundredth of the currency's unit, `118.20 USD`. */
export function amountWords(nanos: Nanos, currency: string): string {
  const cents = (nanos + 5_000_000n) / 10_000_000n
  return `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')} ${currency}`
}

/** A stretch whose price was not known counts at what was known next of the same: for estimates, never for a bill. */
export function estimated(intervals: readonly PriceInterval[]): readonly PriceInterval[] {
  return intervals.map((interval, index) => {
    const next = intervals[index + 1]
    const told = interval.nanosPerHour === undefined && next?.what === interval.what ? next : undefined
    return told ? { ...told, from: interval.from } : interval
  })
}

/** Midnight UTC at or before the moment. */
export function startOfDay(at: number): number {
  const dayMs = 86_400_000
  return Math.floor(at / dayMs) * dayMs
}
