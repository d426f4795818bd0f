import { randomBytes } from 'node:crypto'
import type { Clock } from '../../domain/clock.ts'
import { systemClock } from '../../kit/system-clock.ts'
import { createEstate, grantedPermissions } from './estate.ts'
import { createAnnouncer } from './happenings.ts'
import type { GithubStandInOptions } from './options.ts'
import { createRandom } from './random.ts'
import { createCredentials, generateAppKey } from './rest/credentials.ts'
import { createFaults } from './rest/faults.ts'
import { createLimits } from './rest/limits.ts'
import { mountRest } from './rest/index.ts'
import { createServer } from './server.ts'
import type { App } from './shapes/installation.ts'
import type { Urls } from './shapes/urls.ts'
import type { GithubStandIn } from './stand-in.ts'
import { createTimers } from './timers.ts'
import { createDeliveryLog } from './webhooks/delivery-log.ts'
import { reliableNetwork } from './webhooks/network.ts'
import { workflowJobPayload } from './webhooks/payload.ts'
import { createWebhookSender } from './webhooks/sender.ts'
import { mountAgentProtocol } from './work/agent-protocol.ts'
import { createWork } from './work/index.ts'
import type { Job } from './records.ts'
import type { JobAction } from './work/jobs.ts'

export type { Happenings } from './happenings.ts'
export type { GithubStandInOptions, InstallationOptions } from './options.ts'
export type { Installation, Job, Runner } from './records.ts'
export type { Exchange } from './rest/exchange.ts'
export type { Fault } from './rest/faults.ts'
export type { GithubStandIn } from './stand-in.ts'
export type { JobSubmission } from './work/jobs.ts'
export type { WebhookCounters } from './webhooks/sender.ts'

/**
 * A GitHub of one's own: a real HTTP server that speaks the REST API, the webhooks and the runners' side as far as
 * Slipway meets them. It keeps everything in memory, and decides by itself which agent gets which job.
 */
export async function createGithubStandIn(options: GithubStandInOptions): Promise<GithubStandIn> {
  const clock = options.clock ?? systemClock
  const app = describeApp(options, clock)
  const privateKey = options.app?.privateKey ?? (await generateAppKey())
  const webhookSecret = options.webhooks?.secret ?? randomBytes(24).toString('hex')
  const random = createRandom(options.seed ?? 1)
  const timers = createTimers(clock)
  const announcer = createAnnouncer(() => clock.monotonic())
  const base = { clock, random, timers, announcer }
  const estate = createEstate(options.installations, clock.wall())
  const faults = createFaults()
  const limits = createLimits(clock, options.requestsPerHour ?? 5000)
  const credentials = createCredentials(clock, { id: app.id, privateKey }, options.tokenLifetimeMs ?? 3_600_000)
  const observe = options.observe ?? ((): void => {})
  let url = ''
  const urls = (): Urls => ({ api: url, html: url })

  const log = createDeliveryLog()
  const sender = createWebhookSender({
    ...base,
    log,
    network: { ...reliableNetwork, ...options.webhooks },
    appId: app.id,
    secret: webhookSecret,
    url: options.webhooks?.url,
  })

  function emit(event: string, payload: object, about: { readonly job?: Job; readonly guid?: string } = {}): string {
    options.observeWebhook?.(event, payload)
    return sender.send({ event, payload, ...about, ...readEnvelope(payload) }).guid
  }

  function notify(job: Job, action: JobAction): void {
    const installation = estate.repository(job.run.repository.fullName)?.installation
    if (installation) emit('workflow_job', workflowJobPayload(action, job, installation, urls()), { job })
  }

  const work = createWork({ ...base, options, estate, notify })
  const server = createServer(observe)
  mountRest(server, {
    ...base,
    app,
    estate,
    credentials,
    limits,
    faults,
    observe,
    urls,
    log,
    sender,
    work,
    secrets: { privateKey, webhookSecret },
    jitDelayMs: options.jitDelayMs ?? 0,
    agentUrl: () => options.agentUrl ?? url,
  })
  mountAgentProtocol(server, { ...work, faults, timers })
  url = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 })

  async function close(): Promise<void> {
    timers.stop()
    sender.close()
    await server.close()
  }

  return {
    url,
    app: { id: app.id, privateKey, webhookSecret },
    installations: estate.installations,
    submit: (submission) => work.jobs.submit(submission),
    approve: (job) => work.jobs.approve(job),
    cancel: (job) => work.dispatcher.cancel(job),
    rerun: (run) => work.jobs.rerun(run),
    jobs: () => work.jobs.all(),
    runners: () => work.runners.all(),
    settled: () => work.settled(),
    inject: (fault) => faults.inject(fault),
    limit: (installation, remaining, resetInMs) => limits.set(installation, remaining, resetInMs),
    emit,
    redeliver: (delivery) => sender.redeliver(delivery),
    setWebhookUrl: (next) => sender.setUrl(next),
    setNetwork: (changed) => sender.setNetwork(changed),
    webhooks: () => sender.counters(),
    webhooksIdle: () => sender.idle(),
    deliveries: () => log.list(),
    on: (kind, listener) => announcer.on(kind, listener),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function describeApp(options: GithubStandInOptions, clock: Clock): App {
  const slug = options.app?.slug ?? 'slipway-demo'
  const id = options.app?.id ?? 4242
  const events = ['workflow_job']
  return {
    id,
    slug,
    name: slug,
    clientId: `Iv1.${id}`,
    createdAt: clock.wall(),
    permissions: grantedPermissions,
    events,
  }
}

/** What a delivery's log entry tells of its payload. */
function readEnvelope(payload: object) {
  const { action, installation, repository } = payload as {
    action?: string
    installation?: { id: number }
    repository?: { id: number }
  }
  return { action: action ?? null, installationId: installation?.id ?? null, repositoryId: repository?.id ?? null }
}
