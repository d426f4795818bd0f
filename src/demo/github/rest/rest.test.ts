import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appClient, createClient, installationClient, signJwt } from '../../../../test/github-validation/client.ts'
import { createFixture, register } from '../../../../test/github-validation/fixture.ts'
import type { FakeClock } from '../../../../test/fakes/clock.ts'
import type { GithubStandIn } from '../index.ts'
import { generateAppKey } from './credentials.ts'

let standIn: GithubStandIn
let clock: FakeClock

beforeEach(async () => {
  ;({ standIn, clock } = await createFixture({ requestsPerHour: 50 }))
})
afterEach(() => standIn.close())

const acme = () => installationClient(standIn, 0, clock.wall())
const jitPath = '/orgs/acme/actions/runners/generate-jitconfig'
const jitBody = { name: 'one', runner_group_id: 1, labels: ['linux'] }

const status = async (jwt: string) => (await createClient(standIn.url, () => jwt).get('/app')).status

describe('credentials', () => {
  test('a JWT of the App opens the App', async () => {
    expect(await status(signJwt(standIn.app, clock.wall()))).toBe(200)
  })

  test('a JWT signed with another key, expired, from the future, or of too long a life is refused', async () => {
    const seconds = clock.wall() / 1000
    expect(await status(signJwt({ ...standIn.app, privateKey: await generateAppKey() }, clock.wall()))).toBe(401)
    expect(await status(signJwt(standIn.app, clock.wall(), { exp: seconds - 1 }))).toBe(401)
    expect(await status(signJwt(standIn.app, clock.wall(), { iat: seconds + 60 }))).toBe(401)
    expect(await status(signJwt(standIn.app, clock.wall(), { exp: seconds + 3600 }))).toBe(401)
    expect(await status('nonsense')).toBe(401)
  })

  test('a token opens its own installation, for an hour', async () => {
    const client = await acme()
    expect((await client.get('/repos/acme/widgets')).status).toBe(200)
    expect((await client.get('/repos/solo/toy')).status).toBe(404)
    await clock.advance(3_600_000)
    expect((await client.get('/repos/acme/widgets')).status).toBe(401)
  })

  test('a permission that was not granted is named', async () => {
    Object.assign(standIn.installations[0]!, {
      permissions: { metadata: 'read', organization_self_hosted_runners: 'read' },
    })
    const client = await acme()
    expect((await client.get('/orgs/acme/actions/runners')).status).toBe(200)
    const refused = await client.post(jitPath, jitBody)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('organization_self_hosted_runners=write')
  })
})

describe('runners', () => {
  test('a name is taken once per place, without regard to case', async () => {
    const client = await acme()
    expect((await client.post(jitPath, jitBody)).status).toBe(201)
    const again = await client.post(jitPath, { ...jitBody, name: 'ONE' })
    expect(again).toMatchObject({ status: 409, body: { message: expect.stringContaining('Already exists') } })
    expect((await client.post('/repos/acme/widgets/actions/runners/generate-jitconfig', jitBody)).status).toBe(201)
  })

  test.each([
    { ...jitBody, labels: [] },
    { ...jitBody, labels: Array.from({ length: 101 }, (_, index) => `l${index}`) },
    { ...jitBody, name: 'x'.repeat(65) },
    { ...jitBody, runner_group_id: 'one' },
    { name: 'one' },
  ])('body %# is refused with 422', async (body) => {
    expect((await (await acme()).post(jitPath, body)).status).toBe(422)
  })

  test('an unknown group or organization is not found', async () => {
    const client = await acme()
    expect((await client.post(jitPath, { ...jitBody, runner_group_id: 99 })).status).toBe(404)
    expect((await client.post('/orgs/nobody/actions/runners/generate-jitconfig', jitBody)).status).toBe(404)
  })

  test('a runner is found by name, removed once, and not found after', async () => {
    const client = await acme()
    await register(client, 'one')
    await register(client, 'two')
    const found = await client.get('/orgs/acme/actions/runners?name=two')
    expect(found.body).toMatchObject({ total_count: 1, runners: [{ name: 'two', status: 'offline', busy: false }] })
    const { id } = (found.body as { runners: { id: number }[] }).runners[0]!
    expect((await client.remove(`/orgs/acme/actions/runners/${id}`)).status).toBe(204)
    expect((await client.remove(`/orgs/acme/actions/runners/${id}`)).status).toBe(404)
    expect(standIn.runners().map(({ name }) => name)).toEqual(['one'])
  })
})

describe('lists', () => {
  test('pages are linked, and no page is longer than 100', async () => {
    for (let count = 0; count < 130; count += 1) standIn.submit({ repository: 'acme/widgets', labels: ['linux'] })
    const client = await acme()
    const first = await client.get('/repos/acme/widgets/actions/runs?status=queued&per_page=500')
    expect(first.body).toMatchObject({ total_count: 130 })
    expect((first.body as { workflow_runs: unknown[] }).workflow_runs).toHaveLength(100)
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await client.get(next.replace(standIn.url, ''))
    expect((second.body as { workflow_runs: unknown[] }).workflow_runs).toHaveLength(30)
    expect(second.headers.get('link')).not.toContain('rel="next"')
  })

  test('a filtered list of runs ends after 1,000', async () => {
    for (let count = 0; count < 1005; count += 1) standIn.submit({ repository: 'acme/widgets', labels: ['linux'] })
    const client = await acme()
    const last = await client.get('/repos/acme/widgets/actions/runs?status=queued&per_page=100&page=10')
    expect((last.body as { workflow_runs: unknown[] }).workflow_runs).toHaveLength(100)
    expect(last.headers.get('link')).not.toContain('rel="next"')
    const beyond = await client.get('/repos/acme/widgets/actions/runs?per_page=100&page=11')
    expect((beyond.body as { workflow_runs: unknown[] }).workflow_runs).toHaveLength(5)
  })

  test('a run tells where its code comes from', async () => {
    const { run } = standIn.submit({ repository: 'acme/widgets', labels: ['linux'], fork: true })
    const answer = await (await acme()).get(`/repos/acme/widgets/actions/runs/${run.id}`)
    expect(answer.body).toMatchObject({
      event: 'pull_request',
      repository: { full_name: 'acme/widgets' },
      head_repository: { full_name: 'stranger/widgets', fork: true },
    })
  })
})

describe('limits and faults', () => {
  test('an unchanged answer is a 304 and costs nothing', async () => {
    const client = await acme()
    const first = await client.get('/orgs/acme/actions/runners')
    const tag = first.headers.get('etag') ?? ''
    const second = await client.get('/orgs/acme/actions/runners', { 'if-none-match': tag })
    expect(second.status).toBe(304)
    expect(second.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'))
    await register(client, 'one')
    expect((await client.get('/orgs/acme/actions/runners', { 'if-none-match': tag })).status).toBe(200)
  })

  test('an installation that has spent its requests waits for the reset', async () => {
    const client = await acme()
    standIn.limit(standIn.installations[0]!.id, 1, 60_000)
    expect((await client.get('/orgs/acme/actions/runners')).status).toBe(200)
    const refused = await client.get('/orgs/acme/actions/runners')
    expect(refused.status).toBe(403)
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(Number(refused.headers.get('x-ratelimit-reset'))).toBe((clock.wall() + 60_000) / 1000)
    await clock.advance(60_000)
    expect((await client.get('/orgs/acme/actions/runners')).status).toBe(200)
  })

  test('an injected fault hits the named operation so many times', async () => {
    const client = await acme()
    standIn.inject({
      operation: 'actions/generate-runner-jitconfig-for-org',
      status: 429,
      headers: { 'retry-after': '7' },
      times: 2,
    })
    expect((await client.get('/orgs/acme/actions/runners')).status).toBe(200)
    const first = await client.post(jitPath, jitBody)
    expect(first.headers.get('retry-after')).toBe('7')
    expect([first.status, (await client.post(jitPath, jitBody)).status]).toEqual([429, 429])
    expect((await client.post(jitPath, jitBody)).status).toBe(201)
  })

  test('a lost answer leaves the runner behind', async () => {
    const client = await acme()
    standIn.inject({ operation: 'actions/generate-runner-jitconfig-for-org', lose: true })
    await expect(client.post(jitPath, jitBody)).rejects.toThrow('fetch failed')
    expect((await client.post(jitPath, jitBody)).status).toBe(409)
  })
})

test('a manifest is exchanged once', async () => {
  const manifest = { name: 'mine', redirect_url: 'http://127.0.0.1:1/back', hook_attributes: { url: 'http://hook/' } }
  const form = new URLSearchParams({ manifest: JSON.stringify(manifest) })
  const page = `${standIn.url}/organizations/acme/settings/apps/new?state=s1`
  const sent = await fetch(page, { method: 'POST', body: form, redirect: 'manual' })
  const back = new URL(sent.headers.get('location') ?? '')
  expect(back.searchParams.get('state')).toBe('s1')
  const conversion = `/app-manifests/${back.searchParams.get('code')}/conversions`
  const client = appClient(standIn, clock.wall())
  const converted = await client.post(conversion)
  expect(converted).toMatchObject({ status: 201, body: { name: 'mine', pem: standIn.app.privateKey } })
  expect((await client.post(conversion)).status).toBe(404)
  expect((await client.get('/app/hook/config')).body).toMatchObject({ url: 'http://hook/' })
})
