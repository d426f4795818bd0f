import { InvalidArgumentError } from 'commander'
import { BadUnit, parseDuration } from '../kit/units.ts'

/** For options that take a number. */
export function wholeNumber(min: number, max: number): (written: string) => number {
  return (written) => {
    const value = Number(written)
    if (/^\d+$/.test(written) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`)
  }
}

/** For options that may be given several times. */
export function collect(written: string, before: readonly string[] = []): string[] {
  return [...before, written]
}

export function collectPorts(written: string, before: readonly number[] = []): number[] {
  return [...before, wholeNumber(1, 65_535)(written)]
}

/** Checked, and kept as it was written. */
export function durationText(written: string): string {
  try {
    parseDuration(written)
    return written
  } catch (error) {
    throw new InvalidArgumentError(error instanceof BadUnit ? error.message : String(error))
  }
}
