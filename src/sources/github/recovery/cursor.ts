import { z } from 'zod'

/** A message that never reached us and is being sent again. */
const missingSchema = z.object({
  guid: z.string(),
  /** GitHub's number of one of its deliveries. */
  id: z.string(),
  repository: z.string().optional(),
  tries: z.int(),
  /** Our wall time of the newest try; of its discovery before the first. */
  at: z.number(),
})

const cursorSchema = z.object({
  /** GitHub's time up to which every delivery has been compared. */
  since: z.number(),
  /** A comparison that was too long for one call goes on from here; `newest` is GitHub's time at its beginning. */
  resume: z.object({ page: z.string(), newest: z.number() }).optional(),
  missing: z.array(missingSchema),
})

export type Missing = z.output<typeof missingSchema>
export type RecoveryCursor = z.output<typeof cursorSchema>

/** Undefined for none, and for one that is not ours. */
export function readCursor(text: string | undefined): RecoveryCursor | undefined {
  if (text === undefined) return undefined
  try {
    return cursorSchema.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function writeCursor(cursor: RecoveryCursor): string {
  return JSON.stringify(cursor)
}
