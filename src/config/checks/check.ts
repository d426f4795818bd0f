import type { Finding } from '../reading/problem.ts'
import type { Parts } from '../parts.ts'

/** One rule that spans several items of the file. */
export type Check = (parts: Parts) => Finding[]
