import { z } from 'zod'
import { name } from '../../kit/schema.ts'

/** Jobs pushed by any CI over the API. Who may push what is said by tokens, not here. */
export const httpSourceSchema = z
  .strictObject({
    kind: z.literal('http').describe('Jobs pushed over the API: `POST /api/v1/jobs`.'),
    name: name().describe('Name of the source; pools serve it by this name.'),
  })
  .describe('Any CI that can make an HTTP request.')

export type HttpSourceConfig = z.output<typeof httpSourceSchema>
