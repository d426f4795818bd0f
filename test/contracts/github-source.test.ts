import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GithubStandIn } from '../../src/demo/github/index.ts'
import { createGithubStandIn } from '../../src/demo/github/index.ts'
import type { JobObservation } from '../../src/domain/jobs/job.ts'
import type { JobSource, Pushed } from '../../src/domain/ports/source.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { createGithubSource } from '../../src/sources/github/index.ts'
import { githubSourceSchema } from '../../src/sources/github/schema.ts'
import { appKey, silent } from '../fakes/github-api.ts'
import { createGithubValidation, type GithubValidation } from '../github-validation/index.ts'
import { createWebhookReceiver, type WebhookReceiver } from '../github-validation/receiver.ts'

/** The GitHub source against the stand-in, every request and answer held against GitHub's own description. */
describe('the github source speaks as GitHub describes it', () => {
  let validation: GithubValidation
  let receiver: WebhookReceiver
  let standIn: GithubStandIn
  let source: JobSource

  beforeEach(async () => {
    validation = createGithubValidation()
    receiver = await createWebhookReceiver()
    standIn = await createGithubStandIn({
      ...validation.observers,
      app: { privateKey: appKey },
      webhooks: { url: receiver.url },
      installations: [
        {
          account: 'acme',
          repositories: ['widgets', 'gears', { name: 'open', private: false }],
          runnerGroups: [{ name: 'some', visibility: 'selected', repositories: ['widgets'] }],
        },
        { account: 'solo', type: 'User', repositories: ['toy'] },
      ],
    })
    const config = githubSourceSchema.parse({
      kind: 'github',
      name: 'github',
      appId: standIn.app.id,
      privateKey: standIn.app.privateKey,
      webhookSecret: standIn.app.webhookSecret,
      baseUrl: `${standIn.url}/api/v3`,
      scopes: [
        { organization: 'acme', runnerGroup: 'some', repositories: ['acme/widgets'] },
        { organization: 'acme' },
        { repository: 'solo/toy' },
      ],
    })
    source = createGithubSource(config, { owner: 'ci', clock: systemClock, logger: silent })
  })

  afterEach(async () => {
    await source.close()
    await standIn.close()
    await receiver[Symbol.asyncDispose]()
    if (validation.checked.exchanges === 0) throw new Error('nothing was checked')
    if (validation.violations.length > 0) throw new Error(validation.violations.join('\n'))
  })

  async function pushed(count: number): Promise<Pushed[]> {
    await receiver.has(count)
    const [route] = source.routes
    if (!route) throw new Error('no route')
    return Promise.all(receiver.received.map(({ body, headers }) => route.handle(body, headers)))
  }

  async function queue(repository: string): Promise<JobObservation> {
    const before = receiver.received.length
    standIn.submit({ repository, labels: ['self-hosted', 'linux'] })
    const job = (await pushed(before + 1)).at(-1)?.jobs[0]
    if (!job) throw new Error('no job')
    return job
  }

  it('knows who can use its scopes', async () => {
    const widths = await Promise.all(source.scopes.map((scope) => source.width(scope)))
    expect(widths).toEqual([
      { repositories: ['acme/widgets'], allowsPublic: false },
      { repositories: 'all', allowsPublic: false },
      { repositories: ['solo/toy'], allowsPublic: false },
    ])
  })

  it('sees a job alike in a message, in a reading and alone', async () => {
    const event = await queue('acme/widgets')
    const [scope] = source.scopes
    if (!scope) throw new Error('no scope')
    const reading = await source.read(scope, ['acme/widgets'])
    const again = await source.read(scope, [])
    const { via: _via, began: _began, origin, ...facts } = event
    expect(origin).toBe('unknown')
    expect(reading).toMatchObject({ jobs: [{ ...facts, via: 'read', origin: 'trusted' }], covered: ['acme/widgets'] })
    expect(again.jobs).toMatchObject([facts])
    const job = { ...event, key: 'k', version: 1, ambiguous: false, seenAt: 0, receivedAt: 0 }
    expect(await source.inspect(job)).toMatchObject({ ...facts, via: 'read', origin: 'trusted' })
    expect(await source.inspect({ ...job, externalId: '1' })).toMatchObject({ state: 'done', conclusion: 'lost' })
  })

  it('registers agents in each scope, finds them again and removes them', async () => {
    for (const [index, { name: scope }] of source.scopes.entries()) {
      const name = `slipway-ci-a${index}-1`
      const agent = { key: `a${index}`, pool: 'p', scope }
      const admission = await source.admit({ agent, name, labels: ['gpu'] })
      expect(Object.keys(admission.env)).toContain('ACTIONS_RUNNER_INPUT_JITCONFIG')
      const found = await source.registrations({ source: 'github', name: scope })
      expect(found).toMatchObject([{ name, externalId: admission.externalId, busy: false }])
      await expect(source.admit({ agent, name, labels: ['gpu'] })).rejects.toMatchObject({ name: 'NameTaken' })
      expect(await source.dismiss({ name, scope })).toBe('gone')
      expect(await source.dismiss({ name, scope, externalId: admission.externalId })).toBe('gone')
      expect(await source.registrations({ source: 'github', name: scope })).toEqual([])
    }
  })

  it('has lost messages sent again', async () => {
    standIn.setNetwork({ drop: 1 })
    for (let count = 0; count < 8; count += 1) standIn.submit({ repository: 'acme/gears', labels: ['linux'] })
    await standIn.webhooksIdle()
    standIn.setNetwork({ drop: 0 })
    // Those that GitHub believes to have arrived may still be on their way in.
    const failed = standIn.deliveries().filter(({ statusCode }) => statusCode !== 200).length
    expect(failed).toBeGreaterThan(0)
    const recovery = await source.recover?.(undefined, () => Promise.resolve(new Set<string>()))
    expect(recovery).toMatchObject({ compared: failed, missed: failed, redelivered: failed })
    for (const { jobs } of await pushed(failed)) expect(jobs).toMatchObject([{ repository: 'acme/gears' }])
  })

  it('finds the App well', async () => {
    const findings = await source.examine()
    expect(findings.filter(({ level }) => level === 'error')).toEqual([])
  })
})
