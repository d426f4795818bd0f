import type { LiveMachine } from '../../../domain/live.ts'

/** How machines are drawn: so many pixels a CPU, the same for all, so that widths can be compared. */
export interface Scale {
  readonly perCpu: number
  /** Many machines: thin bars without words, which are in their tooltips. */
  readonly compact: boolean
}

const COMFORTABLE = 280
const READABLE = 84
const COMPACT_FROM = 40
const THIN = { comfortable: 120, readable: 22 }

/** Fits the largest machine into `width` pixels; where there is room, the smallest is wide enough to be read. */
export function scaleOf(machines: readonly Pick<LiveMachine, 'size'>[], width: number): Scale {
  const sizes = machines.map(({ size }) => cpusOf(size.milliCpu))
  const largest = Math.max(1, ...sizes)
  const smallest = Math.min(largest, ...sizes)
  const compact = machines.length > COMPACT_FROM
  const { comfortable, readable } = compact ? THIN : { comfortable: COMFORTABLE, readable: READABLE }
  const wanted = Math.max(comfortable / largest, readable / smallest)
  return { perCpu: Math.min(wanted, width / largest), compact }
}

/** A machine whose size is not known yet is drawn as one of one CPU. */
export function cpusOf(milliCpu: number): number {
  return milliCpu > 0 ? milliCpu / 1000 : 1
}

/** Shares of what is on a machine, shrunk alike where more is promised than there is (a burst). */
export function shrink(shares: readonly number[]): number[] {
  const all = shares.reduce((sum, share) => sum + share, 0)
  return all > 1 ? shares.map((share) => share / all) : [...shares]
}
