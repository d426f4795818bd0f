import { roundAmount } from '../../kit/units.ts'

/** `0.0123 USD`, rounded down; nano-units as decimal digits. */
export function costText({ nanos, currency }: { readonly nanos: string; readonly currency: string }): string {
  return roundAmount(BigInt(nanos), currency)
}
