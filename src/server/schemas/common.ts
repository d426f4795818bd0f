import { z } from 'zod'

/** A shape that must have every field of T and no other, so that no field of the domain is dropped in silence. */
export type ShapeOf<T> = Record<keyof T, z.ZodType>

export const time = z.number().describe('Milliseconds since the epoch, by the clock of the service.')

export const version = z.number().describe('Grows with every change of the record.')

export const resources = z
  .object({
    milliCpu: z.number().describe('Thousandths of a CPU.'),
    memory: z.number().describe('Bytes.'),
    disk: z.number().describe('Bytes.'),
  })
  .meta({ id: 'Resources' })

export const errorBody = z
  .object({
    error: z.object({
      code: z.string().describe('Static, for programs: `bad_input`, `not_found`, …'),
      message: z.string().describe('For people: what is wrong and how to mend it.'),
      problems: z.array(z.string()).optional().describe('Everything that is wrong with the input, at once.'),
    }),
  })
  .meta({ id: 'Error' })

/** A key in a path. It is URL-encoded there: keys of jobs contain slashes. */
export const keyParams = z.object({ key: z.string().min(1).describe('URL-encoded.') })

export const pageLimit = z.coerce.number().int().min(1).max(1_000).default(100).describe('At most so many.')

const ERRORS = {
  400: 'The input is not valid; `problems` lists everything that is wrong.',
  401: 'No token, or one that is unknown, expired or revoked.',
  403: 'The token lacks the role, or is bound to other pools, repositories or images.',
  404: 'It is not there.',
  409: 'The name is in use, or somebody changed the record first.',
  413: 'The body is too large.',
  415: 'The body is not `application/json`.',
  422: 'Understood, and refused: the same request will always be.',
  429: 'Too many tries: again after `retry-after` seconds.',
  500: 'Something unforeseen; the log of the service has it.',
  503: 'Not now: try again after `retry-after` seconds.',
} as const

/** Descriptions of the errors that a route may answer, beside 500 and 503, which each may. */
export function errors(...statuses: readonly Exclude<keyof typeof ERRORS, 500 | 503>[]) {
  const described = [...statuses, 500, 503].map((status) => [String(status), describeError(status)] as const)
  return Object.fromEntries(described)
}

function describeError(status: number) {
  const description = ERRORS[status as keyof typeof ERRORS]
  return { description, content: { 'application/json': { schema: errorBody } } }
}

/** An answer with its words for the OpenAPI description. */
export function json<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } }
}

export function text(description: string) {
  return { description, content: { 'text/plain': { schema: z.string() } } }
}
