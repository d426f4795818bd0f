const nano = 1_000_000_000n
/** Four places are shown. */
const step = 100_000n

/** `0.0123 USD`, rounded down; nano-units as decimal digits. */
export function costText({ nanos, currency }: { readonly nanos: string; readonly currency: string }): string {
  const all = BigInt(nanos)
  const places = ((all % nano) / step)
    .toString()
    .padStart(4, '0')
    .replace(/0{1,2}$/, '')
  return `${all / nano}.${places} ${currency}`
}
