import { describe, expect, it } from 'vitest'
import { createGithubFixture, type ApiRequest } from '../../../../test/fakes/github-api.ts'

interface FakeRun {
  readonly id: number
  readonly status: string
  readonly event?: string
  readonly head?: number
  readonly jobs: readonly object[]
}

const ORG = '/orgs/acme'
const LIVE = ['requested', 'pending', 'waiting', 'queued', 'in_progress']

/** The queues of repositories as GitHub shows them, with ETags that follow the content. */
function createQueues(overrides: Readonly<Record<string, unknown>> = {}) {
  const fixture = createGithubFixture(overrides)
  const { api } = fixture
  const names = new Set<string>()

  function page(field: string, all: readonly object[], { query, headers }: ApiRequest) {
    const from = (Number(query['page']) - 1) * 100
    const items = all.slice(from, from + 100)
    const etag = `"${JSON.stringify(items).length}-${all.length}"`
    if (headers.get('if-none-match') === etag) return { status: 304, headers: { etag } }
    return { body: { total_count: all.length, [field]: items }, headers: { etag } }
  }

  function queue(repository: string, runs: readonly FakeRun[]): void {
    names.add(repository)
    const repositories = [...names].map((full_name, id) => ({ id, full_name, archived: full_name.includes('old') }))
    api.on('GET /installation/repositories', (request) => page('repositories', repositories, request))
    api.on(`GET /repos/${repository}/actions/runs`, (request) => {
      const shown = runs
        .filter(({ status }) => status === request.query['status'])
        .map(({ id, event, head }) => ({
          id,
          event: event ?? 'push',
          repository: { id: 1 },
          head_repository: { id: head ?? 1 },
        }))
      return page('workflow_runs', shown, request)
    })
    for (const run of runs) {
      api.on(`GET /repos/${repository}/actions/runs/${run.id}/jobs`, (request) => page('jobs', run.jobs, request))
    }
  }

  const asked = (): string[] => api.routes().filter((route) => route.startsWith('GET /repos'))
  return { ...fixture, queue, asked }
}

const job = (id: number, status = 'queued') => ({ id, run_id: 1, run_attempt: 1, status, labels: ['linux'] })

describe('reading a scope', () => {
  it('finds every live job of its repositories, and says what it covered', async () => {
    const { source, scope, queue, clock } = createQueues()
    queue('acme/a', [
      { id: 1, status: 'in_progress', jobs: [job(1, 'in_progress'), job(2), job(3, 'completed'), job(4, 'pending')] },
      { id: 2, status: 'queued', event: 'pull_request', head: 9, jobs: [job(5)] },
    ])
    queue('acme/b', [])
    queue('acme/big-x', [{ id: 3, status: 'queued', jobs: [job(6)] }])
    queue('acme/old', [{ id: 4, status: 'queued', jobs: [job(7)] }])
    const reading = await source.read(scope('acme'), [])
    expect(reading.jobs.map(({ externalId, state, origin }) => [externalId, state, origin])).toEqual([
      ['5', 'queued', 'fork'],
      ['1', 'running', 'trusted'],
      ['2', 'queued', 'trusted'],
      ['4', 'waiting', 'trusted'],
    ])
    expect(reading).toMatchObject({ began: clock.wall(), staleSince: clock.wall() })
    expect([...reading.covered].sort()).toEqual(['acme/a', 'acme/b'])
    expect(reading.jobs[0]).toMatchObject({ via: 'read', scope: 'acme', repository: 'acme/a', source: 'github' })
  })

  it('asks for all live states, in the order in which runs go through them', async () => {
    const { source, scope, queue, api } = createQueues({ scopes: [{ repository: 'solo/toy' }] })
    queue('solo/toy', [])
    await source.read(scope('solo/toy'), [])
    expect(api.requests.map(({ query }) => query['status']).filter(Boolean)).toEqual(LIVE)
  })

  it('goes through all pages of runs and of jobs', async () => {
    const { source, scope, queue } = createQueues({ scopes: [{ repository: 'solo/toy' }] })
    const many = Array.from({ length: 230 }, (_, index) => job(index + 1))
    const runs = Array.from({ length: 101 }, (_, index) => ({ id: index + 10, status: 'queued', jobs: [] }))
    queue('solo/toy', [...runs, { id: 1, status: 'queued', jobs: many }])
    const reading = await source.read(scope('solo/toy'), [])
    expect(reading.jobs).toHaveLength(230)
    expect(reading.covered).toEqual(['solo/toy'])
  })

  it('asks again with the ETag, and keeps what has not changed', async () => {
    const { source, scope, queue, api } = createQueues({ scopes: [{ repository: 'solo/toy' }] })
    queue('solo/toy', [{ id: 1, status: 'queued', jobs: [job(1)] }])
    const first = await source.read(scope('solo/toy'), [])
    const before = api.requests.length
    const second = await source.read(scope('solo/toy'), [])
    expect(second.jobs).toEqual(first.jobs)
    expect(api.requests.slice(before).every(({ headers }) => headers.has('if-none-match'))).toBe(true)
    queue('solo/toy', [{ id: 1, status: 'queued', jobs: [job(1), job(2)] }])
    expect((await source.read(scope('solo/toy'), [])).jobs).toHaveLength(2)
  })

  it.each([
    ['a job in a state of tomorrow', [{ ...job(2), status: 'dreaming' }]],
    ['a job that can not be understood', [{ id: 2 }]],
  ])('does not vouch for a repository with %s', async (_what, strange) => {
    const { source, scope, queue } = createQueues({ scopes: [{ repository: 'solo/toy' }] })
    queue('solo/toy', [{ id: 1, status: 'queued', jobs: [job(1), ...strange] }])
    const reading = await source.read(scope('solo/toy'), [])
    expect(reading.jobs.map(({ externalId }) => externalId)).toEqual(['1'])
    expect(reading.covered).toEqual([])
  })

  it('does not vouch for a list that GitHub itself cuts off', async () => {
    const { source, scope, queue } = createQueues({ scopes: [{ repository: 'solo/toy' }] })
    queue(
      'solo/toy',
      Array.from({ length: 1000 }, (_, id) => ({ id, status: 'queued', jobs: [] })),
    )
    expect((await source.read(scope('solo/toy'), [])).covered).toEqual([])
  })

  it('goes on past a repository in trouble, and says how old its knowledge is', async () => {
    const { source, scope, queue, api, clock } = createQueues()
    queue('acme/a', [])
    queue('acme/b', [{ id: 1, status: 'queued', jobs: [job(1)] }])
    const started = clock.wall()
    await source.read(scope('acme'), [])
    await clock.advance(60_000)
    api.on('GET /repos/acme/a/actions/runs', { status: 500 })
    const reading = await source.read(scope('acme'), [])
    expect(reading.covered).toEqual(['acme/b'])
    expect(reading.staleSince).toBe(started)
    api.on('GET /repos/acme/b/actions/runs', { status: 500 })
    await expect(source.read(scope('acme'), [])).rejects.toThrow('list the runs of acme/')
  })

  it('has known nothing since it began when a repository was never read', async () => {
    const { source, scope, queue, api, clock } = createQueues()
    queue('acme/a', [])
    queue('acme/b', [])
    api.on('GET /repos/acme/a/actions/runs', { status: 500 })
    const started = clock.wall()
    await clock.advance(5000)
    expect((await source.read(scope('acme'), [])).staleSince).toBe(started)
  })

  it('ends at a limit with what it has, and rejects the next reading', async () => {
    const { source, scope, queue, api } = createQueues()
    for (let index = 0; index < 20; index += 1) queue(`acme/r${index}`, [])
    api.on('GET /repos/acme/r7/actions/runs', { status: 429, headers: { 'retry-after': '60' } })
    const reading = await source.read(scope('acme'), [])
    expect(reading.covered.length).toBeGreaterThan(0)
    expect(reading.covered.length).toBeLessThan(20)
    await expect(source.read(scope('acme'), [])).rejects.toMatchObject({ name: 'Throttled' })
  })

  it('keeps to its share and reads the rest next time, busy ones before all', async () => {
    const { source, scope, queue, clock } = createQueues()
    for (let index = 0; index < 200; index += 1) queue(`acme/r${index}`, [])
    const first = await source.read(scope('acme'), ['acme/r199', 'evil/x'])
    expect(first.covered[0]).toBe('acme/r199')
    expect(first.covered.length).toBeGreaterThan(80)
    expect(first.covered.length).toBeLessThan(95)
    expect((await source.read(scope('acme'), [])).covered).toEqual([])
    const seen = new Set(first.covered)
    for (let round = 0; round < 2; round += 1) {
      await clock.advance(60_001)
      for (const repository of (await source.read(scope('acme'), [])).covered) seen.add(repository)
    }
    expect(seen.size).toBe(200)
  })

  it('lists the repositories once in ten minutes, and hears of new ones by their messages', async () => {
    const { source, scope, queue, api, clock } = createQueues()
    queue('acme/a', [])
    await source.read(scope('acme'), [])
    await clock.advance(599_000)
    await source.read(scope('acme'), [])
    const lists = () => api.routes().filter((route) => route === 'GET /installation/repositories')
    expect(lists()).toHaveLength(1)
    await clock.advance(1000)
    await source.read(scope('acme'), [])
    expect(lists()).toHaveLength(2)
    expect(api.routes().every((route) => !route.includes(`${ORG}/repos`))).toBe(true)
  })
})
