import { z } from 'zod'

/** Logs as files below a directory. */
export const directoryArchiveSchema = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .describe(
        'The directory, relative to this file; made if it is not there. Only Slipway’s user can read below it.',
      ),
  })
  .describe('Logs as files: a disk of this host, or a share that is mounted there.')

export type DirectoryArchiveConfig = z.output<typeof directoryArchiveSchema>
