import type { Nanos } from '../../../../domain/money.ts'

/** For people: rounded to a hundredth of the currency's unit, `118.20 USD`. */
export function amountWords(nanos: Nanos, currency: string): string {
  const cents = (nanos + 5_000_000n) / 10_000_000n
  return `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')} ${currency}`
}
