import { describe, expect, it } from 'vitest'
import type { Job } from '../../domain/jobs/job.ts'
import { createGithubFixture } from '../../../test/fakes/github-api.ts'

const job: Job = {
  key: 'github/11/2',
  version: 1,
  state: 'queued',
  source: 'github',
  scope: 'acme',
  externalId: '11',
  attempt: 2,
  requirement: { kind: 'all', labels: ['linux'], matchCase: false },
  origin: 'unknown',
  repository: 'acme/x',
  workflow: 'CI',
  name: 'build',
  runId: '5',
  ambiguous: true,
  seenAt: 0,
  receivedAt: 0,
}
const JOB = 'GET /repos/acme/x/actions/jobs/11'
const RUN = 'GET /repos/acme/x/actions/runs/5'
const body = { id: 11, run_id: 5, run_attempt: 2, status: 'in_progress', labels: ['linux'], runner_name: 'r' }
const trusted = { id: 5, event: 'push', repository: { id: 1 }, head_repository: { id: 1 } }

describe('inspecting a job', () => {
  it('tells its state now and where its code comes from', async () => {
    const { source, api, clock } = createGithubFixture()
    api.on(JOB, { body })
    api.on(RUN, { body: { ...trusted, event: 'pull_request', head_repository: { id: 2 } } })
    expect(await source.inspect(job)).toMatchObject({
      via: 'read',
      began: clock.wall(),
      state: 'running',
      externalId: '11',
      attempt: 2,
      scope: 'acme',
      origin: 'fork',
      takenBy: 'r',
    })
  })

  it('asks for a run once, however many of its jobs are looked at', async () => {
    const { source, api } = createGithubFixture()
    api.on(JOB, { body })
    api.on(RUN, { body: trusted })
    await Promise.all([source.inspect(job), source.inspect(job), source.inspect(job)])
    const again = await source.inspect(job)
    expect(again.origin).toBe('trusted')
    expect(api.routes().filter((route) => route === RUN)).toHaveLength(1)
  })

  it('asks again for a run that told nothing', async () => {
    const { source, api } = createGithubFixture()
    api.on(JOB, { body })
    expect((await source.inspect(job)).origin).toBe('unknown')
    api.on(RUN, { body: trusted })
    expect((await source.inspect(job)).origin).toBe('trusted')
  })

  it('that GitHub no longer has is done and lost', async () => {
    const { source } = createGithubFixture()
    expect(await source.inspect(job)).toMatchObject({ state: 'done', conclusion: 'lost', via: 'read', attempt: 2 })
  })

  it('of an account that took the App off is not lost: it can not be asked', async () => {
    const { source, api } = createGithubFixture()
    api.on('POST /app/installations/7/access_tokens', { status: 404 })
    await expect(source.inspect(job)).rejects.toThrow('no longer installed')
    api.on('GET /orgs/acme/installation', { body: { id: 9 } })
    api.on('POST /app/installations/9/access_tokens', { status: 201, body: { token: 't', permissions: {} } })
    api.on(JOB, { body })
    api.on(RUN, { body: trusted })
    expect((await source.inspect(job)).state).toBe('running')
  })

  it('in a state of tomorrow is as it was', async () => {
    const { source, api } = createGithubFixture()
    api.on(JOB, { body: { ...body, status: 'dreaming' } })
    expect((await source.inspect(job)).state).toBe('queued')
  })
})
