import { expect, it } from 'vitest'
import { hudsonSourceSchema } from '../schema.ts'
import { hudsonDialect } from './dialect.ts'

const config = { kind: 'hudson', name: 'h', url: 'http://hudson', user: 'slipway', password: 'p' }
const dialect = hudsonDialect(hudsonSourceSchema.parse(config))
const item = { buildableStartMilliseconds: 1000, params: '\nA=1', task: { url: 'http://hudson/job/app/' } }

it('a job is told by its project, its parameters and when it became buildable', () => {
  const id = dialect.jobId(item)
  expect(dialect.jobId({ ...item, why: 'other words' })).toBe(id)
  const others = [{ params: '\nA=2' }, { buildableStartMilliseconds: 1001 }, { task: { url: 'http://hudson/job/b/' } }]
  expect(new Set([id, ...others.map((change) => dialect.jobId({ ...item, ...change }))]).size).toBe(4)
  expect(dialect.jobId({ ...item, buildableStartMilliseconds: null })).toBeUndefined()
})

it('its build began no sooner', () => {
  const id = dialect.jobId(item) ?? ''
  const builds = [999, 1000, 5000, undefined].map((timestamp) => ({ timestamp }))
  expect(builds.map((build) => dialect.isBuildOf(id, build))).toEqual([false, true, true, false])
  expect(builds.map((build) => dialect.isExecutionOf(id, build))).toEqual([false, true, true, false])
})
