import type { SqlValue } from '../protocol.ts'

/** A statement and the values of its question marks, in order. */
export interface Query {
  readonly source: string
  readonly values: readonly SqlValue[]
}
