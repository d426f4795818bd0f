/** Sizes, times and money as people write them. Every parser throws `BadUnit`, whose message shows what is right. */
export class BadUnit extends Error {
  override readonly name = 'BadUnit'
}

export const CPU_PATTERN = /^(\d+(\.\d{1,3})?|\d+m)$/
export const BYTES_PATTERN = /^\d+(\.\d+)?([KMGT]i?B?|B)?$/
export const DURATION_PATTERN = /^(\d+(ms|w|d|h|m|s))+$/
export const AMOUNT_PATTERN = /^\d+(\.\d{1,9})? [A-Z]{3}$/
export const MONEY_PATTERN = /^\d+(\.\d{1,9})? [A-Z]{3}\/(hour|day|week|month)$/

export const CPU_HELP = "expected CPUs, for example 2, 0.5 or '500m'"
export const BYTES_HELP = "expected a size, for example '4Gi', '512Mi', '1G' or a number of bytes"
export const DURATION_HELP = "expected a time with its unit, for example '30s', '5m', '1h30m' or '7d'"
export const AMOUNT_HELP = "expected an amount of money, for example '300 USD' or '0.006 USD'"
export const MONEY_HELP = "expected an amount for a time, for example '120 USD/day' or '0.75 USD/hour'"

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
}

const NANO = 1_000_000_000n

export type MoneyPeriod = 'hour' | 'day' | 'week' | 'month'

export interface Money {
  /** Billionths of the currency's unit; exact. */
  readonly nanoDollars: bigint
  readonly per: MoneyPeriod
  readonly currency: string
}

/** Thousandths of a CPU: `2`, `'2'`, `0.5` and `'500m'`. */
export function parseCpu(text: string | number): number {
  const written = String(text).trim()
  if (!CPU_PATTERN.test(written)) throw new BadUnit(CPU_HELP)
  if (written.endsWith('m')) return checked(Number(written.slice(0, -1)), CPU_HELP)
  return checked(Math.round(Number(written) * 1000), CPU_HELP)
}

/** Whole bytes: `'4Gi'` (powers of 1024), `'1G'` (powers of 1000), `'1048576'`. */
export function parseBytes(text: string | number): number {
  const written = String(text).trim()
  const match = /^(\d+(?:\.\d+)?)([KMGT]i?)?B?$/.exec(written)
  if (!match) throw new BadUnit(BYTES_HELP)
  const bytes = Number(match[1]) * (BYTE_UNITS[match[2] ?? ''] ?? Number.NaN)
  if (!match[2] && !Number.isInteger(bytes)) throw new BadUnit(BYTES_HELP)
  return checked(Math.round(bytes), BYTES_HELP)
}

/** Milliseconds: parts from `w d h m s ms`, each at most once, largest first. */
export function parseDuration(text: string): number {
  const written = text.trim()
  if (!DURATION_PATTERN.test(written)) throw new BadUnit(DURATION_HELP)
  let total = 0
  let last = Number.POSITIVE_INFINITY
  for (const [, digits, unit] of written.matchAll(/(\d+)(ms|w|d|h|m|s)/g)) {
    const size = DURATION_UNITS[unit ?? ''] ?? Number.NaN
    if (size >= last) throw new BadUnit(`${DURATION_HELP}, larger units first and each once`)
    last = size
    total += Number(digits) * size
  }
  return checked(total, DURATION_HELP)
}

/** Exact: no floating point on the way. */
export function parseMoney(text: string): Money {
  const match = /^(.*)\/(hour|day|week|month)$/.exec(text.trim())
  const [, amount = '', per = ''] = match ?? []
  if (!AMOUNT_PATTERN.test(amount)) throw new BadUnit(MONEY_HELP)
  const { nanos, currency } = parseAmount(amount)
  return { nanoDollars: nanos, per: per as MoneyPeriod, currency }
}

/** The same of an amount that is for no time: `300 USD`. In billionths of the currency's unit. */
export function parseAmount(text: string): { readonly nanos: bigint; readonly currency: string } {
  const match = /^(\d+)(?:\.(\d{1,9}))? ([A-Z]{3})$/.exec(text.trim())
  if (!match) throw new BadUnit(AMOUNT_HELP)
  const [, whole = '0', fraction = '', currency = ''] = match
  return { nanos: BigInt(whole) * NANO + BigInt(fraction.padEnd(9, '0')), currency }
}

/** `2`, `1.5`, `250m`; `parseCpu` gives the same number back. */
export function formatCpu(milliCpu: number): string {
  if (milliCpu % 100 === 0) return String(milliCpu / 1000)
  return `${milliCpu}m`
}

/** The largest binary unit that divides it, so that `parseBytes` gives the same number back: `4Gi`, `1536Mi`, `1000`. */
export function formatBytes(bytes: number): string {
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki']) {
    const size = BYTE_UNITS[unit] ?? 1
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
  }
  return String(bytes)
}

/** For tables: three digits at most, rounded: `4Gi`, `1.5Gi`, `953Mi`. */
export function roundBytes(bytes: number): string {
  const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find((name) => bytes >= (BYTE_UNITS[name] ?? 1))
  if (!unit) return String(bytes)
  const value = bytes / (BYTE_UNITS[unit] ?? 1)
  return `${value >= 100 ? Math.round(value) : Math.round(value * 10) / 10}${unit}`
}

/** All of it, so that `parseDuration` gives the same number back: `1h30m`, `250ms`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  let rest = ms
  const parts: string[] = []
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = DURATION_UNITS[unit] ?? 1
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count}${unit}`)
    rest -= count * size
  }
  return parts.join('')
}

/** For tables: the two largest units, seconds as the smallest: `3d4h`, `12m5s`, `0s`. Negative counts as nothing. */
export function roundDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts = formatDuration(seconds * 1000).match(/\d+[a-z]+/g) ?? ['0s']
  return parts.slice(0, 2).join('')
}

/** `120 USD/day`, `0.75 USD/hour`; `parseMoney` gives the same back. */
export function formatMoney(money: Money): string {
  const fraction = (money.nanoDollars % NANO).toString().padStart(9, '0').replace(/0+$/, '')
  return `${money.nanoDollars / NANO}${fraction && `.${fraction}`} ${money.currency}/${money.per}`
}

/** For people: `0.0042 USD`, rounded down to four places; less than that is not told as nothing: `<0.0001 USD`. */
export function roundAmount(nanos: bigint, currency: string): string {
  const step = NANO / 10_000n
  if (nanos > 0n && nanos < step) return `<0.0001 ${currency}`
  const places = ((nanos % NANO) / step)
    .toString()
    .padStart(4, '0')
    .replace(/0{1,2}$/, '')
  return `${nanos / NANO}.${places} ${currency}`
}

function checked(value: number, help: string): number {
  if (!Number.isSafeInteger(value)) throw new BadUnit(`${help}; this one is too large`)
  return value
}
