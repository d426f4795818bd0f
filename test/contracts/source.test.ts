import { createGithubStandIn, type GithubStandIn } from '../../src/demo/github/index.ts'
import { systemClock } from '../../src/kit/system-clock.ts'
import { createGithubSource } from '../../src/sources/github/index.ts'
import { githubSourceSchema } from '../../src/sources/github/schema.ts'
import { createHttpSource } from '../../src/sources/http/index.ts'
import { createFakeClock, type FakeClock } from '../fakes/clock.ts'
import { appKey, silent } from '../fakes/github-api.ts'
import { aJob, aRequest } from '../fakes/records.ts'
import { createGithubValidation } from '../github-validation/index.ts'
import { createWebhookReceiver, type WebhookReceiver } from '../github-validation/receiver.ts'
import { createSimulatedAgent, type SimulatedAgent } from '../github-validation/simulated-agent.ts'
import { sourceContract, type Outside, type SourceUnderTest } from './source.ts'

sourceContract('github, an organization', () => openGithub('acme', 'acme/widgets'))
sourceContract('github, a repository', () => openGithub('solo/toy', 'solo/toy'))
sourceContract('http', async () => {
  const clock = createFakeClock()
  const source = createHttpSource({ kind: 'http', name: 'ci' }, { clock })
  const job = aJob({ source: 'ci', scope: 'ci', request: aRequest({ env: { TOKEN: 'x' } }) })
  return { source, scope: { source: 'ci', name: 'ci' }, owner: 'ci', clock, job, close: () => source.close() }
})

/** GitHub's source on the stand-in, all that they say held against GitHub's own description. */
async function openGithub(scopeName: string, repository: string): Promise<SourceUnderTest> {
  const validation = createGithubValidation()
  const receiver = await createWebhookReceiver()
  // Octokit signs with the real time, so that ours begins there too.
  const clock = createFakeClock(systemClock.wall())
  const standIn = await createGithubStandIn({
    ...validation.observers,
    clock,
    app: { privateKey: appKey },
    webhooks: { url: receiver.url },
    installations: [
      { account: 'acme', repositories: ['widgets'] },
      { account: 'solo', type: 'User', repositories: ['toy'] },
      { account: 'stranger', repositories: ['thing'] },
    ],
  })
  const config = githubSourceSchema.parse({
    kind: 'github',
    name: 'github',
    appId: standIn.app.id,
    privateKey: standIn.app.privateKey,
    webhookSecret: standIn.app.webhookSecret,
    baseUrl: `${standIn.url}/api/v3`,
    scopes: [{ organization: 'acme' }, { repository: 'solo/toy' }],
  })
  const source = createGithubSource(config, { owner: 'ci', clock, logger: silent })
  return {
    source,
    scope: { source: 'github', name: scopeName },
    owner: 'ci',
    clock,
    outside: githubOutside(standIn, receiver, repository, clock),
    async close() {
      await source.close()
      await standIn.close()
      await receiver[Symbol.asyncDispose]()
      if (validation.violations.length > 0) throw new Error(validation.violations.join('\n'))
    },
  }
}

function githubOutside(
  standIn: GithubStandIn,
  receiver: WebhookReceiver,
  repository: string,
  clock: FakeClock,
): Outside {
  let agent: SimulatedAgent | undefined
  let taken = 0

  function jobOf(id: string) {
    const job = standIn.jobs().find((each) => String(each.id) === id)
    if (!job) throw new Error(`no job ${id}`)
    return job
  }

  return {
    repository,
    tells: true,
    remembersCancelled: true,
    queue: async (labels, of) => String(standIn.submit({ repository, labels, fork: of?.fork }).id),
    cancel: async (id) => standIn.cancel(jobOf(id)),
    loseMessages: (lose) => standIn.setNetwork({ drop: lose ? 1 : 0 }),
    async messages(count) {
      await receiver.has(count)
      return receiver.received.slice(0, count)
    },
    async foreignMessage() {
      const before = receiver.received.length
      standIn.submit({ repository: 'stranger/thing', labels: ['gpu'] })
      await receiver.has(before + 1)
      const message = receiver.received.at(-1)
      if (!message) throw new Error('no message')
      return message
    },
    async takeJob(admission) {
      agent = createSimulatedAgent(admission.env.ACTIONS_RUNNER_INPUT_JITCONFIG ?? '')
      taken = (await agent.acquire())?.job ?? 0
      await agent.start(taken)
      return String(taken)
    },
    async finishJob() {
      await agent?.finish(taken)
    },
    async quiet() {
      await standIn.webhooksIdle()
      await clock.advance(60_000)
    },
    refuseNext(how) {
      const status = { throttled: 429, unauthorized: 403, broken: 502 }[how]
      standIn.inject({ operation: '*', status, headers: how === 'throttled' ? { 'retry-after': '3' } : {} })
    },
  }
}
