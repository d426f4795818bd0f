import { roundDuration } from '../../../kit/units.ts'

export { roundBytes, roundDuration } from '../../../kit/units.ts'

/** `1 job`, `3 jobs`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/** `3m12s ago`, `in 40s`, `now`. */
export function relative(at: number, now: number): string {
  const ms = now - at
  if (Math.abs(ms) < 1500) return 'now'
  return ms > 0 ? `${roundDuration(ms)} ago` : `in ${roundDuration(-ms)}`
}

/** Of what is expected so long from now: `in about 20s`, `any moment now`. */
export function soon(ms: number): string {
  return ms < 1000 ? 'any moment now' : `in about ${roundDuration(ms)}`
}

/** `2026-01-31 08:00:05 UTC`. */
export function absolute(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

/** `4`, `1.5`, `0.25` of thousandths. */
export function cpus(milliCpu: number): string {
  return String(Math.round(milliCpu / 10) / 100)
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** First letter large, for the beginning of a line. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
