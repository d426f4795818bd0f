import { createParts, type Parts } from './parts.ts'
import type { GithubStandInOptions } from './options.ts'
import { mountRest } from './rest/index.ts'
import { createServer } from './server.ts'
import type { Urls } from './shapes/urls.ts'
import type { GithubStandIn } from './stand-in.ts'
import { mountAgentProtocol } from './work/agent-protocol.ts'

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
  let url = ''
  const urls = (): Urls => ({ api: url, html: url })
  const parts = await createParts(options, urls)
  const observe = options.observe ?? ((): void => {})

  const server = createServer(observe)
  mountRest(server, {
    ...parts,
    observe,
    urls,
    jitDelayMs: options.jitDelayMs ?? 0,
    agentUrl: () => options.agentUrl?.(Number(new URL(url).port)) ?? url,
  })
  mountAgentProtocol(server, { ...parts, ...parts.work })
  url = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 })

  return control(url, parts, async () => {
    parts.timers.stop()
    parts.sender.close()
    await server.close()
  })
}

function control(url: string, parts: Parts, close: () => Promise<void>): GithubStandIn {
  const { app, secrets, estate, work, faults, limits, sender, log, announcer, emit } = parts
  return {
    url,
    app: { id: app.id, ...secrets },
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
