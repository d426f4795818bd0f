import { describe, expect, it } from 'vitest'
import { FAKE_NOW } from '../../test/contracts/operations-fake.ts'
import { startServerFixture } from '../../test/contracts/server-fixture.ts'
import type { Agent } from '../domain/agent.ts'
import { BadInput, Conflict, NotFound, Refused, StoreUnavailable, Throttled, Unauthorized } from '../domain/errors.ts'
import type { Job } from '../domain/jobs/job.ts'
import type { MachineView } from '../domain/ports/operations.ts'

const JOBS = '/api/v1/jobs'
const wanted = { pool: 'linux', image: 'busybox', command: ['true'], repository: 'acme/app' }

const machine: MachineView = {
  key: 'm1',
  version: 1,
  epoch: 1,
  state: 'ready',
  fleet: 'local',
  size: { milliCpu: 4000, memory: 8, disk: 9 },
  allocatable: { milliCpu: 3000, memory: 7, disk: 8 },
  isolation: 'verified',
  createdAt: FAKE_NOW,
  stateAt: FAKE_NOW,
  seenAt: FAKE_NOW,
  agentsHad: 1,
  agents: 1,
  used: { milliCpu: 1000, memory: 1, disk: 1 },
}

const agent: Agent = {
  key: 'a1',
  version: 3,
  epoch: 1,
  state: 'ending',
  pool: 'linux',
  source: 'ci',
  scope: 'ci',
  machine: 'm1',
  tries: 1,
  reason: 'a job waits',
  createdAt: FAKE_NOW,
  stateAt: FAKE_NOW,
  registered: true,
  exit: { kind: 'finished', exitCode: 0, detail: 'it ended' },
}

async function start(changes: Parameters<typeof startServerFixture>[0] = {}) {
  return startServerFixture({ httpSources: () => ['ci'], ...changes })
}

async function errorOf(response: Promise<Response>) {
  const answer = await response
  const { error } = (await answer.json()) as { error: { code: string; message: string; problems?: string[] } }
  return { status: answer.status, ...error }
}

describe('submitting jobs', () => {
  it('takes sizes and times as people write them', async () => {
    await using server = await start()
    const body = { ...wanted, env: { A: '1' }, resources: { cpu: '500m', memory: '1Gi', disk: '2G' }, timeout: '1h30m' }
    const answer = await server.call('POST', JOBS, { as: ['submit'], bounds: { name: 'ci-bot' }, body })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe('/api/v1/jobs/ci%2Fe1%2F1')
    const { submission, by } = server.operations.submitted[0] ?? {}
    expect(by).toBe('ci-bot')
    expect(submission).toEqual({
      ...wanted,
      source: 'ci',
      env: { A: '1' },
      resources: { milliCpu: 500, memory: 2 ** 30, disk: 2e9 },
      timeoutMs: 5_400_000,
    })
  })

  it('gives the same job for the same key, in body or header', async () => {
    await using server = await start()
    const first = await server.call('POST', JOBS, { body: { ...wanted, idempotencyKey: 'k1' } })
    const second = await server.call('POST', JOBS, { body: wanted, headers: { 'idempotency-key': 'k1' } })
    expect([first.status, second.status]).toEqual([201, 200])
    expect(await second.json()).toEqual(await first.json())
    const both = { body: { ...wanted, idempotencyKey: 'k1' }, headers: { 'idempotency-key': 'k2' } }
    expect((await errorOf(server.call('POST', JOBS, both))).message).toContain('different keys')
  })

  it('names everything that is wrong at once', async () => {
    await using server = await start()
    const body = { pool: 'linux', image: '', command: [], imgae: 'x', resources: { cpu: 'two' }, timeout: 30 }
    const { status, code, problems } = await errorOf(server.call('POST', JOBS, { body }))
    expect([status, code]).toEqual([400, 'bad_input'])
    const text = problems?.join('\n') ?? ''
    for (const field of ['image', 'command', 'imgae', 'resources.cpu', 'timeout', 'repository'])
      expect(text).toContain(field)
    expect(text).toContain("'500m'")
    expect(server.operations.submitted).toEqual([])
  })

  it('asks which source where there are several, and says so where there is none', async () => {
    await using several = await start({ httpSources: () => ['ci', 'lab'] })
    expect((await errorOf(several.call('POST', JOBS, { body: wanted }))).problems).toEqual([
      'body.source: name one of ci, lab',
    ])
    expect((await several.call('POST', JOBS, { body: { ...wanted, source: 'lab' } })).status).toBe(201)
    await using none = await start({ httpSources: () => [] })
    expect((await errorOf(none.call('POST', JOBS, { body: wanted }))).message).toContain('no `http` source')
  })

  it('refuses broken JSON, other types and huge bodies', async () => {
    await using server = await start()
    const broken = await errorOf(server.call('POST', JOBS, { body: '{"pool": ' }))
    expect([broken.status, broken.code]).toEqual([400, 'bad_input'])
    const form = server.call('POST', JOBS, { body: 'a=b', headers: { 'content-type': 'text/plain' } })
    expect((await errorOf(form)).status).toBe(415)
    const huge = await errorOf(server.call('POST', JOBS, { body: JSON.stringify({ image: 'x'.repeat(1_100_000) }) }))
    expect([huge.status, huge.code]).toEqual([413, 'too_large'])
  })
})

describe('cancelling', () => {
  it('passes on who asked', async () => {
    await using server = await start()
    await server.call('POST', JOBS, { body: wanted })
    const answer = await server.call('POST', `${JOBS}/ci%2Fe1%2F1/cancel`, { as: ['submit'], bounds: { name: 'bot' } })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ key: 'ci/e1/1', cancelRequestedAt: FAKE_NOW })
    expect(server.operations.cancelled).toEqual([{ job: 'ci/e1/1', by: 'bot' }])
  })

  it.each([
    [{ repositories: ['acme/app'] }, 200],
    [{ repositories: ['acme/*'], pools: ['linux'], images: ['busy*'] }, 200],
    [{ repositories: ['other/*'] }, 403],
    [{ pools: ['windows'] }, 403],
    [{ images: ['Busybox'] }, 403],
  ])('keeps a token within its bounds: %j → %d', async (bounds, status) => {
    await using server = await start()
    await server.call('POST', JOBS, { body: wanted })
    const answer = await server.call('POST', `${JOBS}/ci%2Fe1%2F1/cancel`, { as: ['submit'], bounds })
    expect(answer.status).toBe(status)
    expect(server.operations.cancelled).toHaveLength(status === 200 ? 1 : 0)
  })

  it('gives a token bound to pools no say over jobs that name none', async () => {
    await using server = await start()
    const { pool: _pool, ...rest } = wanted
    await server.call('POST', JOBS, { body: { ...rest, labels: ['linux'] } })
    const path = `${JOBS}/ci%2Fe1%2F1/cancel`
    const bound = await errorOf(server.call('POST', path, { as: ['submit'], bounds: { pools: ['*'] } }))
    expect([bound.status, bound.code]).toEqual([403, 'forbidden'])
    expect((await server.call('POST', path, { as: ['submit'] })).status).toBe(200)
  })
})

describe('reading', () => {
  it('never shows the values of a job’s environment', async () => {
    await using server = await start()
    const secret = 'hunter2-in-the-environment'
    const made = await server.call('POST', JOBS, { body: { ...wanted, env: { DEPLOY_TOKEN: secret } } })
    const key = 'ci%2Fe1%2F1'
    const answers = [
      made,
      await server.call('GET', JOBS),
      await server.call('GET', `${JOBS}/${key}`),
      await server.call('GET', `${JOBS}/${key}/explain`),
      await server.call('POST', `${JOBS}/${key}/cancel`),
    ]
    for (const answer of answers) {
      const text = await answer.text()
      expect(answer.ok).toBe(true)
      expect(text).toContain('"env":["DEPLOY_TOKEN"]')
      expect(text).not.toContain(secret)
    }
    expect(JSON.stringify(server.log)).not.toContain(secret)
  })

  it('pages through jobs with what was asked', async () => {
    await using server = await start()
    for (const name of ['one', 'two', 'three']) await server.call('POST', JOBS, { body: { ...wanted, name } })
    const answer = await server.call('GET', `${JOBS}?state=queued&repository=acme/app&limit=2`, { as: ['read'] })
    const page = (await answer.json()) as { jobs: Job[]; next: string }
    expect(page.jobs.map((job) => job.name)).toEqual(['three', 'two'])
    expect(page.next).toBe(page.jobs[1]?.key)
    expect(server.operations.queries).toEqual([{ state: 'queued', repository: 'acme/app', limit: 2 }])
    expect((await errorOf(server.call('GET', `${JOBS}?limit=0&colour=red`))).problems).toHaveLength(2)
  })

  it('gives the log as plain text, empty while there is none', async () => {
    await using server = await start()
    await server.call('POST', JOBS, { body: wanted })
    const log = () => server.call('GET', `${JOBS}/ci%2Fe1%2F1/log`, { as: ['logs'] })
    expect(await (await log()).text()).toBe('')
    server.operations.store.tails.set('ci/e1/1', 'hello\n<b>é</b>\n')
    const answer = await log()
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await answer.text()).toBe('hello\n<b>é</b>\n')
    expect((await server.call('GET', `${JOBS}/nope/log`, { as: ['logs'] })).status).toBe(404)
  })

  it('gives the whole log out of the archive as it comes, as text that nobody takes for more', async () => {
    await using server = await start()
    await server.call('POST', JOBS, { body: wanted })
    const log = (as: 'logs' | 'read') => server.call('GET', `${JOBS}/ci%2Fe1%2F1/log/archived`, { as: [as] })
    expect(await errorOf(log('logs'))).toMatchObject({ code: 'not_found' })
    const chunk = Buffer.from('<script>é\n')
    server.operations.store.logs.set('ci/e1/1', [chunk, Buffer.alloc(300_000, 'x'), Buffer.from([0xff, 0x00])])
    const answer = await log('logs')
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const body = Buffer.from(await answer.arrayBuffer())
    expect(body.subarray(0, chunk.length).equals(chunk)).toBe(true)
    expect([body.length, body.at(-2)]).toEqual([chunk.length + 300_002, 0xff])
    expect((await log('read')).status).toBe(403)
  })

  it('lists status, agents, machines, journal and findings', async () => {
    await using server = await start()
    const { store } = server.operations
    store.agents.push(agent)
    store.machines.set('m1', machine)
    const entry = { at: FAKE_NOW, kind: 'k', subject: 'job:x', reason: 'r', outcome: 'done', by: 'slipway' } as const
    store.journal.push(entry)
    store.findings.push({ about: 'source ci', level: 'warning', finding: 'slow', mend: 'wait' })
    const get = async (path: string) => (await server.call('GET', path, { as: ['read'] })).json()
    expect(await get('/api/v1/status')).toEqual(await server.operations.status())
    expect(await get('/api/v1/agents')).toEqual({ agents: [agent] })
    expect(await get('/api/v1/machines')).toEqual({ machines: [machine] })
    expect(await get('/api/v1/doctor')).toEqual({ findings: store.findings })
    expect(await get('/api/v1/journal?subject=job:x&since=2023-11-14T22:13:20Z')).toEqual({ entries: [entry] })
    expect(server.operations.queries).toEqual([{ subject: 'job:x', since: FAKE_NOW, limit: 100 }])
    expect((await server.call('GET', '/api/v1/journal?since=yesterday')).status).toBe(400)
  })
})

describe('steering', () => {
  it('drains and undrains a machine', async () => {
    await using server = await start()
    server.operations.store.machines.set('m1', machine)
    const options = { bounds: { name: 'ann' }, body: { reason: 'new disk' } }
    const drained = await server.call('POST', '/api/v1/machines/m1/drain', options)
    expect(await drained.json()).toMatchObject({ key: 'm1', cordon: { reason: 'new disk', by: 'ann' } })
    const undrained = await server.call('POST', '/api/v1/machines/m1/undrain')
    expect(await undrained.json()).not.toHaveProperty('cordon')
    expect((await server.call('POST', '/api/v1/machines/m1/drain', { body: { reason: ' ' } })).status).toBe(400)
    expect((await server.call('POST', '/api/v1/machines/m2/undrain')).status).toBe(404)
  })

  it('deletes a machine, when it is empty or at once', async () => {
    await using server = await start()
    server.operations.store.machines.set('m1', machine)
    const options = { bounds: { name: 'ann' } }
    expect((await server.call('DELETE', '/api/v1/machines/m1', options)).status).toBe(200)
    const forced = await server.call('DELETE', '/api/v1/machines/m1?force=true', options)
    expect(await forced.json()).toMatchObject({ key: 'm1' })
    expect(server.operations.deleted).toEqual([
      { machine: 'm1', force: false, by: 'ann' },
      { machine: 'm1', force: true, by: 'ann' },
    ])
    expect((await server.call('DELETE', '/api/v1/machines/m1?force=yes')).status).toBe(400)
    expect((await server.call('DELETE', '/api/v1/machines/m2')).status).toBe(404)
    expect((await server.call('DELETE', '/api/v1/machines/m1', { as: ['read'] })).status).toBe(403)
  })

  it('makes, lists and revokes tokens, and shows no hash', async () => {
    await using server = await start()
    const body = { name: 'deploy', roles: ['submit'], pools: ['linux'], ttl: '90d' }
    const made = await server.call('POST', '/api/v1/tokens', { body })
    const { token, secret } = (await made.json()) as { token: object; secret: string }
    expect(made.status).toBe(201)
    expect(token).toMatchObject({ name: 'deploy', pools: ['linux'], expiresAt: FAKE_NOW + 7_776_000_000 })
    expect((await server.call('POST', '/api/v1/tokens', { body })).status).toBe(409)
    const listed = await (await server.call('GET', '/api/v1/tokens')).text()
    expect(listed).toContain('deploy')
    expect(listed).not.toMatch(/hash|[0-9a-f]{64}/)
    const submit = () =>
      fetch(`${server.adminUrl}${JOBS}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify(wanted),
      })
    expect((await submit()).status).toBe(201)
    const revoked = await server.call('DELETE', '/api/v1/tokens/deploy')
    expect([revoked.status, await revoked.text()]).toEqual([204, ''])
    expect((await submit()).status).toBe(401)
  })
})

describe('errors', () => {
  it.each([
    [new NotFound('gone'), 404, 'not_found'],
    [new BadInput('wrong', ['a', 'b']), 400, 'bad_input'],
    [new Conflict('changed'), 409, 'conflict'],
    [new Refused('never'), 422, 'refused'],
    [new Unauthorized('pool linux is not in the bounds of the token'), 403, 'forbidden'],
    [new StoreUnavailable('disk full'), 503, 'store_unavailable'],
    [new Throttled('later', 1_500), 503, 'unavailable'],
  ])('%o → %d', async (error, status, code) => {
    await using server = await start()
    server.operations.next('submit', { error })
    const answer = await server.call('POST', JOBS, { body: wanted })
    expect(answer.status).toBe(status)
    expect(answer.headers.has('retry-after')).toBe(status === 503)
    const problems = error instanceof BadInput ? { problems: ['a', 'b'] } : {}
    expect(await answer.json()).toEqual({ error: { code, message: error.message, ...problems } })
  })

  it('keeps the unforeseen to the log', async () => {
    await using server = await start()
    server.operations.next('status', { error: new Error('SQLITE_CORRUPT in /var/lib/x') })
    const answer = await server.call('GET', '/api/v1/status')
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('SQLITE')
    expect(server.log).toMatchObject([{ level: 'error', fields: { route: '/api/v1/status', status: 500 } }])
  })

  it('tells unknown paths from wrong methods', async () => {
    await using server = await start()
    expect((await errorOf(server.call('GET', '/api/v1/nothing'))).status).toBe(404)
    const wrong = await server.call('PUT', `${JOBS}/ci%2Fe1%2F1`)
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('counts answers by route and status', async () => {
    await using server = await start()
    await server.call('GET', `${JOBS}/ci%2Fe1%2F1`)
    await fetch(`${server.adminUrl}${JOBS}`)
    expect(server.events).toEqual(['api GET /api/v1/jobs/:key 404', 'api GET /api/v1/jobs 401'])
  })
})

describe('probes', () => {
  it('needs no token to say whether it lives and is ready, and why not', async () => {
    await using server = await start()
    expect(await (await fetch(`${server.adminUrl}/healthz`)).text()).toBe('ok\n')
    expect((await fetch(`${server.adminUrl}/readyz`)).status).toBe(200)
    server.operations.store.problems = ['the store takes no writes: disk full']
    const answer = await fetch(`${server.adminUrl}/readyz`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({ ready: false, problems: ['the store takes no writes: disk full'] })
  })

  it('gives metrics to anyone on the listener, or to tokens that may read', async () => {
    await using open = await start()
    const answer = await fetch(`${open.adminUrl}/metrics`)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(await answer.text()).toBe('slipway_up 1\n')
    await using closed = await start({ metricsOpen: false })
    expect((await fetch(`${closed.adminUrl}/metrics`)).status).toBe(401)
    expect((await closed.call('GET', '/metrics', { as: ['read'] })).status).toBe(200)
  })
})
