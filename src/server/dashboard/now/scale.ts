import type { LiveMachine } from '../../../domain/console/live.ts'

/** How machines are drawn: so many pixels a CPU, the same for all, so that widths can be compared. */
export interface Scale {
  readonly perCpu: number
  /** Many machines: thin bars without words, which are in their tooltips. */
  readonly compact: boolean
}

const COMPACT_FROM = 40
/** Pixels: of the largest machine, of the smallest one, and between two. */
const ROOMY = { comfortable: 270, readable: 84, gap: 12 }
const THIN = { comfortable: 110, readable: 22, gap: 4 }

/** As many of the largest as fit side by side fill the width; where there is room, the smallest can be read. */
export function scaleOf(machines: readonly Pick<LiveMachine, 'size'>[], width: number): Scale {
  const sizes = machines.map(({ size }) => cpusOf(size.milliCpu))
  const largest = Math.max(1, ...sizes)
  const smallest = Math.min(largest, ...sizes)
  const compact = machines.length > COMPACT_FROM
  const { comfortable, readable, gap } = compact ? THIN : ROOMY
  const wanted = Math.max(comfortable, (readable / smallest) * largest)
  const beside = Math.max(1, Math.round((width + gap) / (wanted + gap)))
  const perCpu = (width - gap * (beside - 1)) / beside / largest
  // Whole pixels, so that the lines at each CPU are alike.
  return { perCpu: perCpu > 4 ? Math.floor(perCpu) : perCpu, compact }
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
