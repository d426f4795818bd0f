import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BadInput, BadSignature } from '../../domain/errors.ts'
import { createGithubFixture, webhookSecret } from '../../../test/fakes/github-api.ts'

type Payload = Readonly<Record<string, unknown>>
interface Example {
  readonly action: string
  readonly workflow_job: { readonly status: string }
}

const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples')
const events = JSON.parse(readFileSync(file, 'utf8')) as { name: string; examples: Example[] }[]
const examples = events.find((event) => event.name === 'workflow_job')?.examples ?? []

function sign(body: Buffer, secret = webhookSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

function createIntakeFixture(overrides: Readonly<Record<string, unknown>> = {}) {
  const fixture = createGithubFixture(overrides)
  const [route] = fixture.source.routes
  if (!route) throw new Error('no route')
  const push = (body: Buffer, headers: Readonly<Record<string, string | undefined>> = {}) =>
    route.handle(body, {
      'x-github-event': 'workflow_job',
      'x-github-delivery': 'd1',
      'x-hub-signature-256': sign(body),
      ...headers,
    })
  const send = (payload: unknown, headers = {}) => push(Buffer.from(JSON.stringify(payload)), headers)
  return { ...fixture, route, push, send }
}

const queued: Payload = {
  action: 'queued',
  workflow_job: { id: 1, run_id: 2, run_attempt: 1, status: 'queued', labels: ['linux'] },
  repository: { id: 3, full_name: 'acme/x' },
  installation: { id: 7 },
}

describe('the webhook', () => {
  it('has a path of its own and takes what GitHub may send', () => {
    const { route } = createIntakeFixture()
    expect(route).toMatchObject({ method: 'POST', path: '/hooks/github/github', bodyLimit: 26_214_400 })
  })

  it.each(examples.map((example, index) => [index, example.action, example.workflow_job.status, example] as const))(
    'understands example %i that GitHub publishes (%s, %s)',
    async (_index, action, _status, example) => {
      const owners = ['octo-org', 'Codertocat', 'wolfy1339', 'lineville']
      const { send } = createIntakeFixture({ scopes: owners.map((organization) => ({ organization })) })
      const { jobs } = await send(example)
      const states = { queued: 'queued', waiting: 'waiting', in_progress: 'running', completed: 'done' }
      expect(jobs).toMatchObject([{ via: 'event', state: states[action as keyof typeof states], origin: 'unknown' }])
    },
  )

  it('counts an announced job as demand even if it is said to be waiting', async () => {
    const example = examples.find((each) => each.action === 'queued' && each.workflow_job.status === 'waiting')
    const { send } = createIntakeFixture({ scopes: [{ organization: 'lineville' }] })
    expect((await send(example)).jobs).toMatchObject([{ state: 'queued', scope: 'lineville' }])
  })

  it('gives a job to the first scope that admits its repository', async () => {
    const { send, clock } = createIntakeFixture()
    const big = { ...queued, repository: { id: 4, full_name: 'acme/big-one' } }
    expect((await send(queued)).jobs).toMatchObject([{ scope: 'acme', began: clock.wall() }])
    expect((await send(big)).jobs).toMatchObject([{ scope: 'acme:big', repository: 'acme/big-one' }])
  })

  it.each([
    ['ping', 'ping', { 'x-github-event': 'ping' }, {}],
    ['another event', 'event', { 'x-github-event': 'push' }, {}],
    ['an action of tomorrow', 'action', {}, { action: 'dreaming' }],
    ['a repository outside every scope', 'foreign-repository', {}, { repository: { id: 9, full_name: 'evil/x' } }],
  ])('acknowledges and ignores %s as %s', async (_what, word, headers, change) => {
    const { send } = createIntakeFixture()
    expect(await send({ ...queued, ...change }, headers)).toEqual({ delivery: 'd1', jobs: [], ignored: word })
  })

  it('ignores another installation, and notices when the App was installed anew', async () => {
    const { send, source, api, clock, scope } = createIntakeFixture()
    const strange = { ...queued, installation: { id: 99 } }
    expect((await send(strange)).jobs).toHaveLength(1)
    api.on('GET /orgs/acme/actions/runners', { body: { runners: [] } })
    api.on('GET /orgs/acme/actions/runner-groups', { body: { runner_groups: [{ id: 1, name: 'D', default: true }] } })
    await source.registrations(scope('acme'))
    expect((await send(strange)).ignored).toBe('foreign-installation')
    expect((await send(queued)).jobs).toHaveLength(1)
    api.on('GET /orgs/acme/installation', { body: { id: 99 } })
    await clock.advance(61_000)
    expect((await send(strange)).jobs).toHaveLength(1)
    expect((await send(queued)).ignored).toBe('foreign-installation')
  })

  it.each([
    ['none', undefined],
    ['that of another secret', sign(Buffer.from(JSON.stringify(queued)), 'guess')],
    ['something else', 'sha256=00'],
    ['one that is too long', `${sign(Buffer.from(JSON.stringify(queued)))}0`],
  ])('refuses a signature that is %s', async (_what, signature) => {
    const { send } = createIntakeFixture()
    await expect(send(queued, { 'x-hub-signature-256': signature })).rejects.toThrow(BadSignature)
  })

  it('looks at nothing before the signature: not at the body, not at other headers', async () => {
    const { push } = createIntakeFixture()
    const headers = { 'x-hub-signature-256': 'sha256=00', 'x-github-event': undefined }
    await expect(push(Buffer.from('{'), headers)).rejects.toThrow(BadSignature)
    await expect(push(Buffer.alloc(0))).rejects.toThrow(BadSignature)
  })

  it('checks the bytes as they came', async () => {
    const { push } = createIntakeFixture()
    const body = Buffer.from(`  ${JSON.stringify({ ...queued, sender: 'Zoë 🚢' })}\n`)
    expect((await push(body)).jobs).toHaveLength(1)
    const signature = sign(body)
    body[body.length - 1] = 0x20
    await expect(push(body, { 'x-hub-signature-256': signature })).rejects.toThrow(BadSignature)
  })

  it.each([
    ['no event', queued, { 'x-github-event': undefined }],
    ['no delivery', queued, { 'x-github-delivery': undefined }],
    ['no job', { ...queued, workflow_job: undefined }, {}],
    ['a job without labels', { ...queued, workflow_job: { id: 1 } }, {}],
    ['a list', [], {}],
  ])('refuses a signed message with %s', async (_what, payload, headers) => {
    const { send } = createIntakeFixture()
    await expect(send(payload, headers)).rejects.toThrow(BadInput)
  })

  it('refuses a form, and says what to set', async () => {
    const { push } = createIntakeFixture()
    await expect(push(Buffer.from('payload=%7B%7D'))).rejects.toThrow('application/json')
  })

  it('understands or refuses whatever is signed', async () => {
    const { send } = createIntakeFixture()
    const part = fc.jsonValue()
    const payload = fc.oneof(
      part,
      fc.record({ action: part, workflow_job: part, repository: part, installation: part }),
    )
    await fc.assert(
      fc.asyncProperty(payload, async (value) => {
        const outcome = await send(value).catch((error: unknown) => error)
        return outcome instanceof BadInput || (outcome instanceof Object && 'jobs' in outcome)
      }),
    )
  })
})
