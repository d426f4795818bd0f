import { z } from 'zod'
import { count } from '../../kit/schema.ts'

export const metricsSchema = z
  .strictObject({
    perRepository: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Whether every repository has series of its own.'),
        limit: count(1)
          .default(100)
          .describe('Most repositories with series of their own; those that come later count as `other`.'),
      })
      .prefault({})
      .describe('Metrics by repository.'),
  })
  .prefault({})
  .describe('What Prometheus is told.')
