import { z } from 'zod'
import { Transient } from '../../../domain/errors.ts'

/** GitHub's numbers as text. Octokit reads those beyond 2^53 as bigint. */
export const idText = z.union([z.number(), z.bigint(), z.string()]).transform(String)

/** What an answer holds in one field, if it is a list. */
export function listIn(field: string): (data: unknown) => readonly unknown[] | undefined {
  return (data) => {
    const list = field in Object(data) ? (data as Record<string, unknown>)[field] : undefined
    return Array.isArray(list) ? list : undefined
  }
}

/** A parser of one item for lists: undefined when it doesn't fit. */
export function itemOf<T>(schema: z.ZodType<T>): (item: unknown) => T | undefined {
  return (item) => schema.safeParse(item).data
}

/** An answer that is not of the documented shape (a proxy's page, an outage) is a passing fault. */
export function understand<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  throw new Transient(`GitHub: can't ${what}: the answer was not understood: ${z.prettifyError(parsed.error)}`)
}
