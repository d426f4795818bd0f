import { randomBytes } from 'node:crypto'
import type { Clock } from '../../domain/ports/clock.ts'
import { systemClock } from '../../kit/system-clock.ts'
import { createEstate, grantedPermissions } from './estate.ts'
import { createAnnouncer } from './happenings.ts'
import type { GithubStandInOptions } from './options.ts'
import { createRandom } from './random.ts'
import type { Job } from './records.ts'
import { createCredentials, generateAppKey } from './rest/credentials.ts'
import { createFaults } from './rest/faults.ts'
import { createLimits } from './rest/limits.ts'
import type { App } from './shapes/installation.ts'
import type { Urls } from './shapes/urls.ts'
import { createTimers } from './timers.ts'
import { createDeliveryLog } from './webhooks/delivery-log.ts'
import { reliableNetwork } from './webhooks/network.ts'
import { createPayloads } from './webhooks/payload.ts'
import { createWebhookSender } from './webhooks/sender.ts'
import { createWork } from './work/index.ts'

export type Parts = Awaited<ReturnType<typeof createParts>>

/** Everything that a stand-in is made of, but the server. `urls` is asked only once it listens. */
export async function createParts(options: GithubStandInOptions, urls: () => Urls) {
  const clock = options.clock ?? systemClock
  const app = describeApp(options, clock)
  const privateKey = options.app?.privateKey ?? (await generateAppKey())
  const webhookSecret = options.webhooks?.secret ?? randomBytes(24).toString('hex')
  const random = createRandom(options.seed ?? 1)
  const timers = createTimers(clock)
  const announcer = createAnnouncer(() => clock.monotonic())
  const base = { clock, random, timers, announcer }
  const estate = createEstate(options.installations, clock.wall())
  const credentials = createCredentials(clock, { id: app.id, privateKey }, options.tokenLifetimeMs ?? 3_600_000)
  const log = createDeliveryLog()
  const sender = createWebhookSender({
    ...base,
    log,
    network: { ...reliableNetwork, ...options.webhooks },
    app: { appId: app.id, secret: webhookSecret },
    url: options.webhooks?.url,
  })

  function emit(event: string, payload: object, about: { readonly job?: Job; readonly guid?: string } = {}): string {
    options.observeWebhook?.(event, payload)
    return sender.send({ event, payload, ...about, ...readEnvelope(payload) }).guid
  }

  const payloadOf = createPayloads(urls)
  const work = createWork({
    ...base,
    options,
    estate,
    notify(job, action) {
      const installation = estate.repository(job.run.repository.fullName)?.installation
      if (installation) emit('workflow_job', payloadOf(action, job, installation), { job })
    },
  })

  return {
    ...base,
    app,
    secrets: { privateKey, webhookSecret },
    estate,
    credentials,
    faults: createFaults(),
    limits: createLimits(clock, options.requestsPerHour ?? 5000),
    log,
    sender,
    emit,
    work,
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
