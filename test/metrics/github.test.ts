import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { createGithubSource, type GithubSourceDeps } from '../../src/sources/github/index.ts'
import { githubSourceSchema } from '../../src/sources/github/schema.ts'
import { createFakeClock } from '../fakes/clock.ts'
import { appKey, createFakeApi, silent, webhookSecret } from '../fakes/github-api.ts'

function sourceThatTells(told: Pick<GithubSourceDeps, 'onHookLag' | 'onPointsLeft'>) {
  const clock = createFakeClock(Date.parse('2026-01-05T09:00:00Z'))
  const api = createFakeApi(clock)
  const config = githubSourceSchema.parse({
    kind: 'github',
    name: 'github',
    appId: 1,
    privateKey: appKey,
    webhookSecret,
    baseUrl: 'https://github.test/api',
    scopes: [{ organization: 'acme' }],
  })
  const source = createGithubSource(config, { owner: 'ci', clock, logger: silent, fetch: api.fetch, ...told })
  return { source, api }
}

it('a source tells how long a webhook was under way', async () => {
  const lags: [string, number][] = []
  const { source } = sourceThatTells({ onHookLag: (...lag) => lags.push(lag) })
  const job = { id: 1, run_id: 2, labels: ['linux'], created_at: '2026-01-05T08:59:58Z' }
  const payload = { action: 'queued', workflow_job: job, repository: { id: 3, full_name: 'acme/x' } }
  const body = Buffer.from(JSON.stringify(payload))
  await source.routes[0]?.handle(body, {
    'x-github-event': 'workflow_job',
    'x-github-delivery': 'd1',
    'x-hub-signature-256': `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`,
  })
  expect(lags).toEqual([['github', 2000]])
})

it('a source tells how many requests its API still grants', async () => {
  const points: [string, string, number][] = []
  const { source, api } = sourceThatTells({ onPointsLeft: (...left) => points.push(left) })
  api.on('GET /orgs/acme/actions/runners', { body: { runners: [] }, headers: { 'x-ratelimit-remaining': '4321' } })
  await source.registrations({ source: 'github', name: 'acme' })
  expect(points).toContainEqual(['github', 'acme', 4321])
})
