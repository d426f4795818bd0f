import { z } from 'zod'
import { azureBlobArchiveSchema } from '../../archives/azure-blob/schema.ts'
import { directoryArchiveSchema } from '../../archives/directory/schema.ts'
import { bytes, duration } from '../../kit/schema.ts'

const ONE = 'expected `directory` or `azureBlob`, and one of them only'
/** Less tells nobody anything. */
const LEAST = 64 * 1024

export const archiveSchema = z
  .strictObject({
    directory: directoryArchiveSchema.optional(),
    azureBlob: azureBlobArchiveSchema.optional(),
    retention: duration()
      .prefault('30d')
      .describe('Logs are removed when the day (UTC) that their agent ended on is older than this.'),
    maxLogSize: bytes()
      .refine((size) => size >= LEAST, { error: "expected '64Ki' or more" })
      .prefault('64Mi')
      .describe('Most of one log: the middle of a longer one is left out. Engines keep up to twice as much an agent.'),
    patience: duration()
      .prefault('1m')
      .describe('How long the container of an agent that has ended waits for an archive that does not take its log.'),
  })
  .check(({ value, issues }) => {
    const count = [value.directory, value.azureBlob].filter((place) => place !== undefined).length
    if (count !== 1) issues.push({ code: 'custom', path: count === 0 ? [] : ['azureBlob'], message: ONE, input: value })
  })
  .optional()
  .describe('Where whole logs of agents are kept. Absent: only the last 64 KiB of each, in the store.')
