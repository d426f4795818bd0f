import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../../test/fakes/clock.ts'
import { silent } from '../../../test/fakes/github-api.ts'
import { HOOK_SECRET, sourceOf, systems } from '../../../test/fakes/jenkins.ts'
import { createJenkinsStandIn, type JenkinsStandInOptions, type Permission } from '../../demo/jenkins/index.ts'
import { BadSignature, Refused, Transient, Unauthorized } from '../../domain/errors.ts'

const scope = { source: 'ci', name: 'ci' }
const name = 'slipway-ci-abc-1'
const request = { agent: { key: 'abc', pool: 'p', scope: 'ci' }, name, labels: ['gpu', 'two words'] }

async function open(options: JenkinsStandInOptions = {}, settings: object = {}) {
  const clock = createFakeClock()
  const controller = await createJenkinsStandIn({ ...options, clock })
  const deps = { clock, logger: silent, fetch: controller.fetch }
  const given = 'password' in settings ? { password: controller.password } : {}
  const source = sourceOf(options.system ?? 'jenkins', controller, deps, { ...settings, ...given })
  return { clock, controller, source, [Symbol.asyncDispose]: () => controller.close() }
}

describe('a node', () => {
  it('has one executor, exactly the pool’s labels, and our mark', async () => {
    await using under = await open()
    await under.source.admit(request)
    const [node] = under.controller.nodes()
    expect(node).toMatchObject({ name, labels: ['gpu', 'two words'], exclusive: true })
    expect(node?.description).toMatch(/^slipway-owner=ci pool=p agent=abc /)
  })

  it.each([
    ['websocket', {}, { JENKINS_WEB_SOCKET: 'true' }],
    ['tcp', { tunnel: 'h:50000' }, { JENKINS_TUNNEL: 'h:50000' }],
  ])('is reached by %s', async (connect, settings, expected) => {
    await using under = await open({}, { connect, agentUrl: 'http://inside', ...settings })
    const { env } = await under.source.admit(request)
    const common = { JENKINS_URL: 'http://inside/', JENKINS_AGENT_NAME: name, JENKINS_SECRET: expect.any(String) }
    expect(env).toEqual({ ...common, JENKINS_AGENT_WORKDIR: '/home/jenkins/agent', ...expected })
  })

  it.each([
    ['made by hand', 'made by hand'],
    ['without a description', null as unknown as string],
    ['of an owner whose name begins like ours', 'slipway-owner=ci-2'],
  ])('of somebody else with our kind of name is not dismissed: %s', async (_whose, description) => {
    await using under = await open()
    const theirs = under.controller.addNode({ name, labels: [], description })
    await expect(under.source.dismiss({ name, scope: 'ci' })).rejects.toThrow(Refused)
    expect(theirs.offlineCause).toBeUndefined()
    expect(await under.source.registrations(scope)).toEqual([])
  })

  it('that is at work is taken offline by the next reading, once', async () => {
    await using under = await open()
    await under.source.admit(request)
    under.controller.submit({ job: 'app', label: 'gpu' })
    for (const node of under.controller.nodes()) under.controller.connect(node)
    for (let count = 0; count < 3; count += 1) await under.source.read(scope, [])
    const tries = under.controller.requests.filter(({ path }) => path.endsWith('Offline') || path.endsWith('Cause'))
    expect(tries).toHaveLength(1)
    expect(under.controller.nodes()).toMatchObject([{ offlineCause: 'Slipway: one build only' }])
  })

  it('that was idle when we looked, and took a build meanwhile, stays', async () => {
    await using under = await open()
    await under.source.admit(request)
    await under.source.read(scope, [])
    under.controller.submit({ job: 'app', label: 'gpu' })
    for (const node of under.controller.nodes()) under.controller.connect(node)
    expect(await under.source.dismiss({ name, scope: 'ci' })).toBe('busy')
    expect(await under.source.registrations(scope)).toMatchObject([{ name, busy: true, online: true }])
  })
})

describe('what the user may not do is named', () => {
  it.each<[Permission, (source: Awaited<ReturnType<typeof open>>['source']) => Promise<unknown>]>([
    ['Overall/Read', (source) => source.read(scope, [])],
    ['Agent/Create', (source) => source.admit(request)],
    ['Agent/Disconnect', async (source) => [await source.admit(request), await source.dismiss({ name, scope: 'ci' })]],
    ['Agent/Delete', async (source) => [await source.admit(request), await source.dismiss({ name, scope: 'ci' })]],
  ])('%s', async (permission, act) => {
    await using under = await open()
    under.controller.permissions.delete(permission)
    const acted = act(under.source)
    await expect(acted).rejects.toThrow(Unauthorized)
    await expect(acted).rejects.toThrow(`the user needs the permission ${permission}`)
    const findings = await under.source.examine()
    expect(findings.filter(({ level }) => level === 'error')).toMatchObject([
      {
        about: 'source ci',
        finding: expect.stringContaining(permission),
        mend: expect.stringContaining('docs/jenkins.md'),
      },
    ])
  })

  it('Agent/Connect, which comes with Agent/Disconnect', async () => {
    await using under = await open()
    under.controller.permissions.delete('Agent/Connect')
    await under.source.admit(request)
    under.controller.permissions.delete('Agent/Disconnect')
    const admitted = under.source.admit({ ...request, name: 'slipway-ci-abc-2' })
    await expect(admitted).rejects.toThrow('the user needs the permission Agent/Connect')
  })

  it('Job/Read by the doctor, for the controller refuses nothing without it', async () => {
    await using under = await open()
    under.controller.submit({ job: 'app', label: 'gpu' })
    expect((await under.source.read(scope, [])).jobs).toHaveLength(1)
    under.controller.permissions.delete('Job/Read')
    expect((await under.source.read(scope, [])).jobs).toEqual([])
    const warning = { level: 'warning', finding: 'not one job can be seen', mend: expect.stringContaining('Job/Read') }
    expect(await under.source.examine()).toContainEqual(expect.objectContaining(warning))
  })

  it('nothing, when all is well: the doctor leaves no node behind', async () => {
    await using under = await open()
    under.controller.submit({ job: 'app' })
    const findings = await under.source.examine()
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok'])
    expect(under.controller.nodes()).toEqual([])
  })
})

describe('a password', () => {
  it.each(systems)('goes with crumbs and their session, anew after a restart of %s', async (system) => {
    await using under = await open({ system }, { password: '' })
    await under.source.admit(request)
    under.controller.restart()
    expect(await under.source.dismiss({ name, scope: 'ci' })).toBe('gone')
    expect(under.controller.requests.filter(({ path }) => path.startsWith('crumbIssuer'))).toHaveLength(2)
  })

  it('that is wrong is told so', async () => {
    await using under = await open()
    const wrong = { ...under.controller, token: 'wrong' }
    const source = sourceOf('jenkins', wrong, { clock: under.clock, logger: silent, fetch: under.controller.fetch })
    await expect(source.read(scope, [])).rejects.toThrow(/check user and token/)
  })
})

describe('a controller that is not what it should be', () => {
  it.each([
    [{ status: 302, headers: { location: '/login?from=x' } }, Unauthorized, /log-in/],
    [
      { status: 301, headers: { location: 'https://elsewhere/' } },
      Refused,
      /sends on to https:\/\/elsewhere\/; set url/,
    ],
    [{ status: 403, headers: { 'x-you-are-authenticated-as': 'anonymous' } }, Unauthorized, /take the header/],
    [{ status: 200, body: '<html>a proxy</html>' }, Transient, /not understood/],
    [{ status: 503, body: '<p>Please wait while Jenkins is getting ready to work</p>' }, Transient, /getting ready/],
    [{ lose: true }, Transient, /can't read the queue/],
  ])('%j', async (fault, kind, words) => {
    await using under = await open()
    under.controller.inject(fault)
    const read = under.source.read(scope, [])
    await expect(read).rejects.toThrow(kind)
    await expect(read).rejects.toThrow(words)
  })

  it('and is just starting, so that no token counts yet, is asked again', async () => {
    await using under = await open()
    under.controller.inject({ path: 'doCreateItem', status: 403, body: 'No valid crumb was included in the request' })
    const admitted = under.source.admit(request)
    await expect(admitted).rejects.toThrow(Transient)
    await expect(admitted).rejects.toThrow('it is just starting')
    expect((await under.source.admit(request)).externalId).toBe(name)
  })

  it.each([
    ['no node', []],
    ['one node that is away', ['slipway-labels-1']],
  ])('for it has %s, and so hides the labels of Pipelines, is told so by the doctor', async (_has, names) => {
    await using under = await open()
    under.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true })
    for (const each of names) under.controller.addNode({ name: each, labels: ['gpu'], connected: false })
    const about = { level: 'warning', mend: expect.stringContaining('Add two nodes') }
    expect(await under.source.examine()).toContainEqual(expect.objectContaining(about))
    for (const each of ['slipway-labels-1', 'slipway-labels-2'])
      under.controller.addNode({ name: each, labels: ['gpu'], connected: false })
    expect(await under.source.examine()).not.toContainEqual(expect.objectContaining(about))
    expect((await under.source.read(scope, [])).jobs).toMatchObject([
      { state: 'queued', requirement: { kind: 'expression', expression: { op: 'label', label: 'gpu' } } },
    ])
  })

  it('and speaks another language is told so by the doctor', async () => {
    await using under = await open({ language: 'de' })
    under.controller.addNode({ name: 'legacy', labels: ['legacy'], connected: false })
    under.controller.submit({ job: 'pipe', label: 'gpu', pipeline: true })
    expect((await under.source.read(scope, [])).jobs).toMatchObject([{ state: 'waiting' }])
    const findings = await under.source.examine()
    expect(findings).toMatchObject([{ level: 'ok' }, { level: 'error', finding: expect.stringContaining('German') }])
  })
})

describe('the rhythm', () => {
  it('is the interval, quicker while a node is idle, slower while nobody answers', async () => {
    await using under = await open()
    const { clock, source, controller } = under
    const dueAfter = async (): Promise<number> => {
      const from = clock.monotonic()
      while (!source.readDue?.()) await clock.advance(50)
      return clock.monotonic() - from
    }
    expect(await dueAfter()).toBe(0)
    await source.read(scope, [])
    expect(isWithin(await dueAfter(), 4500, 5600)).toBe(true)
    await source.admit(request)
    await source.read(scope, [])
    expect(isWithin(await dueAfter(), 900, 1150)).toBe(true)
    controller.setDown(true)
    for (let count = 0; count < 6; count += 1) await expect(source.read(scope, [])).rejects.toThrow(Transient)
    expect(isWithin(await dueAfter(), 15_000, 30_050)).toBe(true)
  })

  it('quickens at a nudge, by header or path, and only with the secret', async () => {
    await using under = await open()
    const { source, clock } = under
    const [byHeader, byPath] = source.routes
    if (!byHeader || !byPath) throw new Error('no hook')
    const body = Buffer.from('{"jobName":"app","status":"ENTERED"}')
    expect([byHeader.path, byPath.path]).toEqual(['/hooks/jenkins/ci', `/hooks/jenkins/ci/${HOOK_SECRET}`])
    await expect(byHeader.handle(body, {})).rejects.toThrow(BadSignature)
    await expect(byHeader.handle(body, { 'x-slipway-secret': 'guess' })).rejects.toThrow(BadSignature)
    for (const push of [
      () => byHeader.handle(body, { 'x-slipway-secret': HOOK_SECRET }),
      () => byHeader.handle(body, { authorization: `Bearer ${HOOK_SECRET}` }),
      () => byPath.handle(body, {}),
    ]) {
      await source.read(scope, [])
      await clock.advance(1500)
      expect(source.readDue?.()).toBe(false)
      expect(await push()).toMatchObject({ jobs: [], ignored: 'nudge' })
      expect(source.readDue?.()).toBe(true)
    }
    expect(await byPath.handle(Buffer.from('no json'), {})).toMatchObject({ ignored: 'unusable' })
  })
})

function isWithin(ms: number, least: number, most: number): boolean {
  return ms >= least && ms <= most
}
