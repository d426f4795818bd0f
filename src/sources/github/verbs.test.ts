import { describe, expect, it } from 'vitest'
import { NameTaken, NotFound, Refused, Throttled, Transient, Unauthorized } from '../../domain/errors.ts'
import { createGithubFixture } from '../../../test/fakes/github-api.ts'
import { aJob } from '../../../test/fakes/records.ts'

const groups = {
  runner_groups: [
    { id: 1, name: 'Default', default: true, visibility: 'all', allows_public_repositories: false },
    { id: 5, name: 'Big', default: false, visibility: 'selected', allows_public_repositories: true },
  ],
}
const GROUPS = 'GET /orgs/acme/actions/runner-groups'
const JIT = 'POST /orgs/acme/actions/runners/generate-jitconfig'
const made = { status: 201, body: { runner: { id: 41 }, encoded_jit_config: 'c2VjcmV0' } }
const name = 'slipway-ci-abc-1'

function createVerbs() {
  const fixture = createGithubFixture()
  fixture.api.on(GROUPS, { body: groups })
  fixture.api.on(JIT, made)
  const admit = (scope: string) =>
    fixture.source.admit({ agent: { key: 'abc', pool: 'p', scope }, name, labels: ['gpu'] })
  return { ...fixture, admit }
}

describe('rerun', () => {
  const RUN = 'GET /repos/acme/web/actions/runs/9'
  const AGAIN = 'POST /repos/acme/web/actions/runs/9/rerun-failed-jobs'
  const lost = aJob({ repository: 'acme/web', runId: '9', conclusion: 'failure', state: 'done' })

  async function rerun(run: object, answer: object = { status: 201 }, job = lost) {
    const { api, source } = createGithubFixture()
    api.on(RUN, { body: { id: 9, ...run } })
    api.on(AGAIN, answer)
    return { said: await source.rerun?.(job), routes: api.routes() }
  }

  it('asks for the failed jobs once the run is over', async () => {
    expect(await rerun({ status: 'completed', run_attempt: 1 })).toEqual({ said: 'done', routes: [RUN, AGAIN] })
  })

  it('waits for the end of the run', async () => {
    expect(await rerun({ status: 'in_progress', run_attempt: 1 })).toEqual({ said: 'later', routes: [RUN] })
  })

  it('leaves a run alone that has a newer attempt, is gone, or is not known', async () => {
    expect(await rerun({ status: 'completed', run_attempt: 2 })).toEqual({ said: 'done', routes: [RUN] })
    expect((await rerun({ status: 'completed', run_attempt: 1 }, { status: 404 })).said).toBe('done')
    expect(await rerun({}, {}, { ...lost, runId: undefined })).toEqual({ said: 'done', routes: [] })
  })

  it('names the permission that it takes', async () => {
    const refused = rerun({ status: 'completed', run_attempt: 1 }, { status: 403, body: { message: 'Not accessible' } })
    await expect(refused).rejects.toThrow('actions: write')
  })
})

describe('admit', () => {
  it.each([
    ['acme', JIT, 1],
    ['acme:big', JIT, 5],
    ['solo/toy', 'POST /repos/solo/toy/actions/runners/generate-jitconfig', 1],
  ])('in %s asks for a runner of its group', async (scope, route, group) => {
    const { admit, api } = createVerbs()
    api.on(route, made)
    expect(await admit(scope)).toEqual({
      externalId: '41',
      env: { ACTIONS_RUNNER_INPUT_JITCONFIG: 'c2VjcmV0', ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE: '1' },
    })
    expect(api.requests.at(-1)?.body).toEqual({
      name,
      runner_group_id: group,
      labels: ['gpu', 'self-hosted', 'Linux', 'X64'],
      work_folder: '_work',
    })
  })

  it('looks a group up once in ten minutes', async () => {
    const { admit, api, clock } = createVerbs()
    await admit('acme:big')
    await admit('acme:big')
    expect(api.routes()).toEqual([GROUPS, JIT, JIT])
    await clock.advance(600_000)
    await admit('acme:big')
    expect(api.routes()).toEqual([GROUPS, JIT, JIT, GROUPS, JIT])
  })

  it('in the default group of a server without groups uses the one there is', async () => {
    const { admit, api } = createVerbs()
    api.on(GROUPS, { status: 404 })
    await admit('acme')
    expect(api.requests.at(-1)?.body).toMatchObject({ runner_group_id: 1 })
    await expect(admit('acme:big')).rejects.toThrow(NotFound)
  })

  it('names the groups there are when the configured one is missing', async () => {
    const { admit, api } = createVerbs()
    api.on(GROUPS, { body: { runner_groups: [{ id: 1, name: 'Default', default: true }] } })
    await expect(admit('acme:big')).rejects.toThrow("no runner group 'big'; it has 'Default'")
  })

  it.each([
    [409, { message: 'Already exists' }, {}, NameTaken, 'Already exists'],
    [422, { message: 'Invalid label' }, {}, Refused, 'Invalid label'],
    [404, { message: 'Not Found' }, {}, NotFound, 'Not Found'],
    [403, { message: 'Not accessible' }, {}, Unauthorized, 'organization_self_hosted_runners: write'],
    [
      403,
      { message: 'Not accessible' },
      { 'x-accepted-github-permissions': 'administration=write' },
      Unauthorized,
      'administration: write',
    ],
    [403, { message: 'This installation has been suspended' }, {}, Unauthorized, 'unsuspend'],
    [403, { message: 'You have exceeded a secondary rate limit' }, {}, Throttled, 'next try in 60 s'],
    [403, { message: 'Wait' }, { 'retry-after': '9' }, Throttled, 'next try in 9 s'],
    [429, { message: 'Slow down' }, {}, Throttled, 'Slow down'],
    [500, '<html><b>Unicorn</b></html>', { 'content-type': 'text/html' }, Transient, 'Unicorn'],
    [200, { message: 'hello from a proxy' }, {}, Transient, 'not understood'],
  ])('answered %i %j is told apart', async (status, body, headers, kind, words) => {
    const { admit, api, clock } = createVerbs()
    await admit('acme')
    api.on(JIT, { status, body, headers })
    const failure = await admit('acme').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(kind)
    expect(String(failure)).toContain(words)
    expect(clock.monotonic()).toBe(0)
  })

  it('finds nobody there: a passing fault', async () => {
    const { admit, api } = createVerbs()
    api.next(JIT, new Error('connect ECONNREFUSED'))
    await expect(admit('acme')).rejects.toThrow(Transient)
  })

  it('asks for the group again when it was made anew', async () => {
    const { admit, api } = createVerbs()
    await admit('acme:big')
    api.next(JIT, { status: 404 })
    await expect(admit('acme:big')).rejects.toThrow(NotFound)
    api.on(GROUPS, { body: { runner_groups: [{ id: 6, name: 'Big' }] } })
    await admit('acme:big')
    expect(api.requests.at(-1)?.body).toMatchObject({ runner_group_id: 6 })
  })

  it('says who must install the App where it is not', async () => {
    const { admit, api } = createVerbs()
    api.on('GET /orgs/acme/installation', { status: 404 })
    await expect(admit('acme')).rejects.toThrow('not installed on acme')
    api.on('GET /orgs/acme/installation', { body: { id: 7 } })
    await admit('acme')
  })
})

describe('dismiss', () => {
  const RUNNER = 'DELETE /orgs/acme/actions/runners/41'
  const known = { name, scope: 'acme', externalId: '41' }

  it.each([
    [204, 'gone'],
    [404, 'gone'],
    [422, 'busy'],
  ])('answered %i is %s', async (status, expected) => {
    const { source, api } = createVerbs()
    api.on(RUNNER, { status })
    expect(await source.dismiss(known)).toBe(expected)
  })

  it('fails otherwise', async () => {
    const { source, api } = createVerbs()
    api.on(RUNNER, { status: 502 })
    await expect(source.dismiss(known)).rejects.toThrow(Transient)
  })

  it('finds the runner by its name, and by no other', async () => {
    const { source, api } = createVerbs()
    const runners = [
      { id: 40, name: `${name}0` },
      { id: 41, name },
    ]
    api.on('GET /orgs/acme/actions/runners', { body: { total_count: 2, runners } })
    api.on(RUNNER, { status: 204 })
    expect(await source.dismiss({ name, scope: 'acme' })).toBe('gone')
    expect(api.requests.find(({ query }) => query['name'])?.query['name']).toBe(name)
    expect(api.routes().at(-1)).toBe(RUNNER)
    expect(await source.dismiss({ name: 'slipway-ci-other-1', scope: 'acme' })).toBe('gone')
    expect(api.routes().filter((route) => route.startsWith('DELETE'))).toHaveLength(1)
  })
})

describe('registrations', () => {
  it('are all of ours, over all pages, of the scope and its group', async () => {
    const { source, api, scope } = createVerbs()
    const other = { status: 'online', busy: false }
    const first = Array.from({ length: 100 }, (_, index) => ({ id: index, name: `other-${index}`, ...other }))
    const second = [
      { id: 200, name: 'slipway-ci-a-1', status: 'online', busy: true, runner_group_id: 1 },
      { id: 201, name: 'slipway-ci-b-1', status: 'offline', busy: false, runner_group_id: 5 },
      { id: 202, name: 'slipway-cia-c-1', status: 'online', busy: false, runner_group_id: 1 },
    ]
    api.on('GET /orgs/acme/actions/runners', ({ query }) => ({
      body: { runners: query['page'] === '1' ? first : second },
    }))
    expect(await source.registrations(scope('acme'))).toEqual([
      { name: 'slipway-ci-a-1', externalId: '200', online: true, busy: true },
    ])
    expect(await source.registrations(scope('acme:big'))).toEqual([
      { name: 'slipway-ci-b-1', externalId: '201', online: false, busy: false },
    ])
  })
})

describe('width', () => {
  it('of the default group is what GitHub says', async () => {
    const { source, scope } = createVerbs()
    expect(await source.width(scope('acme'))).toEqual({ repositories: 'all', allowsPublic: false })
  })

  it('of a group of selected repositories is all of them, over all pages', async () => {
    const { source, api, scope } = createVerbs()
    const next = '<https://github.test/api/x?page=2>; rel="next"'
    api.on('GET /orgs/acme/actions/runner-groups/5/repositories', ({ query }) =>
      query['page'] === '1'
        ? { body: { repositories: [{ full_name: 'acme/big-1' }] }, headers: { link: next } }
        : { body: { repositories: [{ full_name: 'acme/big-2' }] }, headers: { link: '<x>; rel="prev"' } },
    )
    expect(await source.width(scope('acme:big'))).toEqual({
      repositories: ['acme/big-1', 'acme/big-2'],
      allowsPublic: true,
    })
  })

  it('counts as the widest where GitHub does not say', async () => {
    const { source, api, scope } = createVerbs()
    api.on(GROUPS, { body: { runner_groups: [{ id: 1, name: 'Default', default: true }] } })
    expect(await source.width(scope('acme'))).toEqual({ repositories: 'all', allowsPublic: true })
    api.on(GROUPS, { status: 404 })
    expect(await source.width(scope('acme'))).toEqual({ repositories: 'all', allowsPublic: true })
  })

  it.each([
    [{ private: true }, false],
    [{ private: false }, true],
    [{ private: true, visibility: 'internal' }, false],
    [{}, true],
  ])('of a repository %j: public %s', async (repository, allowsPublic) => {
    const { source, api, scope } = createVerbs()
    api.on('GET /repos/solo/toy', { body: { full_name: 'solo/toy', ...repository } })
    expect(await source.width(scope('solo/toy'))).toEqual({ repositories: ['solo/toy'], allowsPublic })
  })
})
