import { createAppAuth } from '@octokit/auth-app'
import { ProbotOctokit } from 'probot'
import { expect, test } from 'vitest'
import { appClient, installationClient } from '../../../test/github-validation/client.ts'
import { createFixture, register } from '../../../test/github-validation/fixture.ts'
import { createGithubValidation } from '../../../test/github-validation/index.ts'
import { createWebhookReceiver } from '../../../test/github-validation/receiver.ts'
import { createSimulatedAgent } from '../../../test/github-validation/simulated-agent.ts'
import { systemClock } from '../../kit/system-clock.ts'

test('requests, answers and webhooks are as GitHub describes them', async () => {
  await using receiver = await createWebhookReceiver()
  const validation = createGithubValidation()
  const { standIn, clock } = await createFixture({ webhooks: { url: receiver.url }, ...validation.observers })
  await using _ = standIn
  const app = appClient(standIn, clock.wall())
  const acme = await installationClient(standIn, 0, clock.wall())

  const job = standIn.submit({ repository: 'acme/widgets', labels: ['linux'] })
  standIn.submit({ repository: 'solo/toy', labels: ['linux'], fork: true, approval: true })
  await createSimulatedAgent(await register(acme, 'one')).workOnce()
  await register(acme, 'two', ['linux'], 2)
  await standIn.webhooksIdle()

  const [delivery] = (await app.get('/app/hook/deliveries')).body as { id: number }[]
  await app.post(`/app/hook/deliveries/${delivery?.id}/attempts`)
  const groups = '/orgs/acme/actions/runner-groups'
  const actions = '/repos/acme/widgets/actions'
  const appPaths = [
    '/app',
    '/app/installations',
    '/app/installations/41000',
    '/orgs/acme/installation',
    '/repos/solo/toy/installation',
    '/app/hook/config',
    `/app/hook/deliveries/${delivery?.id}`,
  ]
  const acmePaths = [
    '/installation/repositories',
    '/repos/acme/widgets',
    groups,
    `${groups}/2`,
    `${groups}/2/repositories`,
    `${groups}?visible_to_repository=open`,
    '/orgs/acme/actions/runners?name=two',
    '/orgs/acme/actions/runners/2',
    `${actions}/runners`,
    `${actions}/runs?status=completed&per_page=100`,
    `${actions}/runs/${job.run.id}`,
    `${actions}/runs/${job.run.id}/jobs?filter=all`,
    `${actions}/jobs/${job.id}`,
  ]
  for (const path of appPaths) expect({ path, ...(await app.get(path)) }).toMatchObject({ path, status: 200 })
  for (const path of acmePaths) expect({ path, ...(await acme.get(path)) }).toMatchObject({ path, status: 200 })
  expect((await acme.remove('/orgs/acme/actions/runners/2')).status).toBe(204)

  expect(validation.violations).toEqual([])
  expect(validation.checked.webhooks).toBe(4)
  expect(validation.checked.exchanges).toBe(appPaths.length + acmePaths.length + 6)
})

test('the validation sees what is wrong', async () => {
  const validation = createGithubValidation()
  const { standIn, clock } = await createFixture(validation.observers)
  await using _ = standIn
  const acme = await installationClient(standIn, 0, clock.wall())
  await acme.get('/orgs/acme/actions/runners?nmae=x')
  await acme.get('/repos/acme/widgets/actions/runs?status=done')
  await acme.post('/orgs/acme/actions/runners/generate-jitconfig', {
    name: 'x',
    runner_group_id: 1,
    labels: [],
    group: 1,
  })
  await acme.get('/orgs/acme/actions/queue')
  standIn.emit('workflow_job', { action: 'queued', workflow_job: { id: 'one', colour: 'red' } })
  const all = validation.violations.join('\n')
  expect(all).toContain('unknown query parameter nmae')
  expect(all).toContain('query parameter status must be equal to one of the allowed values')
  expect(all).toContain('body/labels must NOT have fewer than 1 items')
  expect(all).toContain('body must NOT have additional properties')
  expect(all).toContain('GitHub has no such operation here')
  expect(all).toContain('/workflow_job/id must be integer')
  expect(all).toContain('workflow_job has colour, which no published payload has')
})

test('Octokit signs in as the App and as an installation', async () => {
  const { standIn } = await createFixture({ clock: systemClock })
  await using _ = standIn
  const { id: appId, privateKey } = standIn.app
  const octokit = new ProbotOctokit({
    baseUrl: `${standIn.url}/api/v3`,
    authStrategy: createAppAuth,
    auth: { appId, privateKey },
  })
  const { data: installation } = await octokit.request('GET /orgs/{org}/installation', { org: 'acme' })
  const acme = new ProbotOctokit({
    baseUrl: standIn.url,
    authStrategy: createAppAuth,
    auth: { appId, privateKey, installationId: installation.id },
  })
  const { data } = await acme.request('POST /orgs/{org}/actions/runners/generate-jitconfig', {
    org: 'acme',
    name: 'one',
    runner_group_id: 1,
    labels: ['linux'],
  })
  expect(data.runner).toMatchObject({ name: 'one', status: 'offline' })
  const runners = await acme.paginate('GET /orgs/{org}/actions/runners', { org: 'acme', per_page: 100 })
  expect(runners.map(({ name }) => name)).toEqual(['one'])
})
