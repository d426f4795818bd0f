import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../../test/fakes/clock.ts'
import { silent } from '../../../test/fakes/github-api.ts'
import { sourceOf } from '../../../test/fakes/jenkins.ts'
import { createJenkinsStandIn } from '../../demo/jenkins/index.ts'
import { Unauthorized } from '../../domain/errors.ts'

const scope = { source: 'ci', name: 'ci' }
const request = { agent: { key: 'abc', pool: 'p', scope: 'ci' }, name: 'slipway-ci-abc-1', labels: ['gpu'] }

/** A controller below `/jenkins` of a proxy, and all that is sent to it. */
async function open() {
  const clock = createFakeClock()
  const controller = await createJenkinsStandIn({ clock })
  const sent: { path: string; headers: Headers; body: string }[] = []
  const through = (async (input: string, init: RequestInit = {}) => {
    const { pathname, search } = new URL(input)
    if (!pathname.startsWith('/jenkins/')) throw new Error(`${pathname} is not below /jenkins`)
    const path = `${pathname.slice('/jenkins'.length)}${search}`
    sent.push({ path, headers: new Headers(init.headers), body: typeof init.body === 'string' ? init.body : '' })
    return controller.fetch(`${controller.url}${path}`, init)
  }) as typeof fetch
  const proxied = { ...controller, url: `${controller.url}/jenkins` }
  const source = sourceOf('jenkins', proxied, { clock, logger: silent, fetch: through })
  return { controller, source, sent, [Symbol.asyncDispose]: () => controller.close() }
}

describe('what goes to the controller', () => {
  it('goes below its own path, and agents and people are sent there too', async () => {
    await using under = await open()
    const item = under.controller.submit({ job: 'team/app', label: 'gpu' })
    const { env } = await under.source.admit(request)
    const { jobs } = await under.source.read(scope, [])
    const url = `${under.controller.url}/jenkins/`
    expect(env).toMatchObject({ JENKINS_URL: url })
    expect(jobs).toMatchObject([{ externalId: String(item.id), url: `${url}job/team/job/app/` }])
    expect(await under.source.dismiss({ name: request.name, scope: 'ci' })).toBe('gone')
  })

  it('asks for English, as the user', async () => {
    await using under = await open()
    await under.source.read(scope, [])
    const basic = `Basic ${Buffer.from(`slipway:${under.controller.token}`).toString('base64')}`
    for (const { headers } of under.sent)
      expect([headers.get('accept-language'), headers.get('authorization')]).toEqual(['en', basic])
    expect(under.sent).toHaveLength(2)
  })

  it('makes a node with one executor, and takes it offline with a request that may come twice', async () => {
    await using under = await open()
    await under.source.admit(request)
    await under.source.dismiss({ name: request.name, scope: 'ci' })
    const form = new URLSearchParams(under.sent.find(({ path }) => path.startsWith('/computer/doCreateItem'))?.body)
    expect(JSON.parse(form.get('json') ?? '')).toMatchObject({
      numExecutors: '1',
      mode: 'EXCLUSIVE',
      labelString: 'gpu',
    })
    expect(
      under.sent.map(({ path }) => path).filter((path) => /offline/i.test(path) && !path.includes('tree=')),
    ).toEqual([expect.stringContaining('/changeOfflineCause?')])
  })

  it('finds the secret under its older name too', async () => {
    await using under = await open()
    under.controller.inject({ path: 'jenkins-agent.jnlp', status: 404 })
    const { env } = await under.source.admit(request)
    expect(env).toMatchObject({ JENKINS_SECRET: under.controller.nodes()[0]?.secret })
  })

  it('counts as refused when it is sent on to a log-in', async () => {
    await using under = await open()
    under.controller.inject({ path: 'doCreateItem', status: 302, headers: { location: '/jenkins/login?from=x' } })
    await expect(under.source.admit(request)).rejects.toThrow(Unauthorized)
    expect(under.controller.nodes()).toEqual([])
  })
})

describe('what is read', () => {
  it('a controller that shuts down starts nothing, and nothing is demand', async () => {
    await using under = await open()
    const item = under.controller.submit({ job: 'app', label: 'gpu' })
    expect((await under.source.read(scope, [])).jobs).toMatchObject([{ state: 'queued' }])
    const why = 'Jenkins is about to shut down'
    const task = { url: `${under.controller.url}/job/app/`, labelExpression: 'gpu' }
    const body = JSON.stringify({ items: [{ id: item.id, buildable: true, why, task }] })
    under.controller.inject({ path: 'queue/api', status: 200, body, headers: { 'content-type': 'application/json' } })
    expect((await under.source.read(scope, [])).jobs).toMatchObject([{ state: 'waiting' }])
  })

  it('a build that began and ended between two readings for jobs is told by what other readings saw', async () => {
    await using under = await open()
    await under.source.admit(request)
    const [node] = under.controller.nodes()
    if (!node) throw new Error('no node')
    under.controller.connect(node)
    const item = under.controller.submit({ job: 'app', label: 'gpu' })
    expect(await under.source.registrations(scope)).toMatchObject([{ busy: true }])
    under.controller.end(node)
    expect(await under.source.registrations(scope)).toMatchObject([{ busy: false, spent: true }])
    const told = [{ externalId: String(item.id), takenBy: node.name, state: 'running' }]
    expect((await under.source.read(scope, [])).jobs).toMatchObject(told)
    expect((await under.source.read(scope, [])).jobs).toEqual([])
  })
})
