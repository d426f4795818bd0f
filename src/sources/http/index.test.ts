import { describe, expect, it } from 'vitest'
import { Refused } from '../../domain/errors.ts'
import type { Job } from '../../domain/jobs/job.ts'
import { observeJob } from '../../domain/jobs/job-states.ts'
import { createHttpSource } from './index.ts'

const NOW = 1_700_000_000_000
const clock = { wall: () => NOW, monotonic: () => 0, timer: () => () => {} }
const source = createHttpSource({ kind: 'http', name: 'ci' }, { clock })
const scope = { source: 'ci', name: 'ci' }

const job: Job = {
  key: 'ci/e1/1',
  version: 4,
  state: 'running',
  source: 'ci',
  scope: 'ci',
  externalId: 'e1',
  attempt: 1,
  requirement: { kind: 'pool', pool: 'linux' },
  origin: 'trusted',
  repository: 'acme/app',
  workflow: '',
  name: 'sh',
  request: {
    image: 'busybox',
    command: ['true'],
    env: { TOKEN: 'x' },
    resources: { milliCpu: 1, memory: 1, disk: 1 },
    timeoutMs: 1000,
  },
  ambiguous: false,
  seenAt: NOW - 5000,
  receivedAt: NOW - 9000,
  queuedAt: NOW - 9000,
  startedAt: NOW - 5000,
  agent: 'a1',
}

describe('the http source', () => {
  it('has one scope, of fixed binding, that nobody outside can send work to', async () => {
    expect([source.name, source.kind, source.binding, source.routes]).toEqual(['ci', 'http', 'fixed', []])
    expect(source.scopes).toEqual([scope])
    expect(await source.width(scope)).toEqual({ repositories: [], allowsPublic: false })
  })

  it('covers nothing, so that no job is missed in its reading', async () => {
    expect(await source.read(scope, ['acme/app'])).toEqual({ jobs: [], began: NOW, covered: [], staleSince: NOW })
    expect(await source.registrations(scope)).toEqual([])
  })

  it.each(['queued', 'running', 'done'] as const)(
    'says of a %s job what we know, which changes nothing',
    async (state) => {
      const known = { ...job, state }
      const seen = await source.inspect(known)
      expect(seen).toMatchObject({ via: 'read', began: NOW, state, externalId: 'e1', request: job.request })
      expect(observeJob(known, seen)).toMatchObject({ ...known, seenAt: expect.any(Number) })
    },
  )

  it('admits an agent with the environment of its job, and none without a job', async () => {
    const request = { agent: { key: 'a1', pool: 'linux', scope: 'ci' }, name: 'slipway-x-a1-1', labels: [] }
    expect(await source.admit({ ...request, job })).toEqual({ env: { TOKEN: 'x' } })
    await expect(source.admit(request)).rejects.toBeInstanceOf(Refused)
  })

  it('has nothing to remove', async () => {
    expect(await source.dismiss({ name: 'n', scope: 'ci' })).toBe('gone')
    expect(await source.examine()).toMatchObject([{ about: 'source ci', level: 'ok' }])
    await source.close()
  })
})
