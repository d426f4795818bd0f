import type { Vm } from '../records.ts'

/** A VM that boots, for whoever puts something real behind it. */
export interface Boot {
  readonly vm: Vm
  /** What was given as `customData`, decoded. */
  readonly customData: string
  /** Whether it has run before and was stopped. */
  readonly again: boolean
}
