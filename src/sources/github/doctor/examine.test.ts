import { describe, expect, it } from 'vitest'
import { createGithubFixture } from '../../../../test/fakes/github-api.ts'

const HOOK = 'https://slipway.test/hooks/github/github'
const permissions = { actions: 'read', metadata: 'read', organization_self_hosted_runners: 'write' }

function createHealthy(scopes: readonly object[] = [{ organization: 'acme', runnerGroup: 'big' }]) {
  const fixture = createGithubFixture({ scopes })
  const { api } = fixture
  api.on('GET /app', { body: { name: 'Our App', events: ['workflow_job'] } })
  api.on('GET /app/installations/7', { body: { permissions, suspended_at: null } })
  api.on('GET /app/installations/8', { body: { permissions: { ...permissions, administration: 'write' } } })
  api.on('GET /orgs/acme/actions/runner-groups', { body: { runner_groups: [{ id: 5, name: 'big' }] } })
  api.on('GET /app/hook/config', { body: { url: HOOK, content_type: 'json', insecure_ssl: '0', secret: '***' } })
  api.on('GET /app/hook/deliveries', { body: [delivery(200), delivery(200)] })
  const troubles = async () =>
    (await fixture.source.examine()).filter(({ level }) => level !== 'ok').map(({ level, finding }) => [level, finding])
  return { ...fixture, troubles }
}

function delivery(status_code: number) {
  return { id: 1, guid: 'g', delivered_at: '2026-01-05T09:00:00Z', status_code, event: 'workflow_job' }
}

describe('the doctor', () => {
  it('finds nothing wrong where all is well', async () => {
    const { source } = createHealthy([{ organization: 'acme', runnerGroup: 'big' }, { repository: 'solo/toy' }])
    const findings = await source.examine()
    expect(findings.map(({ level }) => level)).toEqual(findings.map(() => 'ok'))
    expect(findings.every(({ about }) => about === 'source github')).toBe(true)
    expect(findings.length).toBeGreaterThanOrEqual(7)
  })

  it.each([
    [
      'the missing permissions by name',
      'GET /app/installations/7',
      { permissions: { actions: 'read', organization_self_hosted_runners: 'read' } },
      'scope acme:big: the App lacks metadata: read, organization_self_hosted_runners: write',
    ],
    [
      'a suspended installation',
      'GET /app/installations/7',
      { permissions, suspended_at: '2026-01-01T00:00:00Z' },
      'suspended',
    ],
    ['a missing subscription', 'GET /app', { name: 'Our App', events: ['push'] }, 'the event workflow_job'],
    [
      'a missing runner group',
      'GET /orgs/acme/actions/runner-groups',
      { runner_groups: [{ id: 1, name: 'Default' }] },
      "no runner group 'big'; it has 'Default'",
    ],
    ['a webhook that goes elsewhere', 'GET /app/hook/config', { url: 'https://old.test/' }, `not to ${HOOK}`],
    ['a webhook that goes nowhere', 'GET /app/hook/config', {}, 'no webhook URL'],
    ['a form', 'GET /app/hook/config', { url: HOOK, content_type: 'form' }, 'sends form'],
    ['no secret', 'GET /app/hook/config', { url: HOOK, secret: '' }, 'no secret'],
    ['no answers', 'GET /app/hook/deliveries', [delivery(502), delivery(0)], '2 of the last 2 messages failed'],
  ])('names %s', async (_what, route, body, words) => {
    const { api, troubles } = createHealthy()
    api.on(route, { body })
    expect(await troubles()).toEqual([['error', expect.stringContaining(words)]])
  })

  it.each([
    ['unchecked certificates', 'GET /app/hook/config', { url: HOOK, insecure_ssl: '1' }, 'certificate'],
    ['some failures', 'GET /app/hook/deliveries', [delivery(200), delivery(401)], 'the newest with status 401'],
  ])('warns of %s', async (_what, route, body, words) => {
    const { api, troubles } = createHealthy()
    api.on(route, { body })
    expect(await troubles()).toEqual([['warning', expect.stringContaining(words)]])
  })

  it.each([
    [5000, undefined],
    [-30_000, 'warning'],
    [120_000, 'error'],
  ])('judges a clock that is %i ms off as %s', async (ms, level) => {
    const { api, troubles, clock } = createHealthy()
    const date = new Date(clock.wall() + ms).toUTCString()
    api.on('GET /app', { body: { name: 'Our App', events: ['workflow_job'] }, headers: { date } })
    expect((await troubles()).map(([found]) => found)).toEqual(level ? [level] : [])
  })

  it('goes on when a step fails, and says how to mend it', async () => {
    const { api, source } = createHealthy()
    api.on('GET /app', { status: 401, body: { message: 'A JSON web token could not be decoded' } })
    api.on('GET /orgs/acme/installation', { status: 404 })
    const errors = (await source.examine()).filter(({ level }) => level === 'error')
    expect(errors).toMatchObject([
      { finding: expect.stringContaining('JSON web token'), mend: expect.stringContaining('privateKey') },
      { finding: expect.stringContaining('not installed on acme') },
    ])
  })
})
