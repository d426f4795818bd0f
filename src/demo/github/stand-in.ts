import type { Happenings, Listener } from './happenings.ts'
import type { Installation, Job, Run, Runner } from './records.ts'
import type { Fault } from './rest/faults.ts'
import type { Delivery } from './webhooks/delivery-log.ts'
import type { Network } from './webhooks/network.ts'
import type { WebhookCounters } from './webhooks/sender.ts'
import type { JobSubmission } from './work/jobs.ts'

/** A running stand-in, as its owner steers and reads it. */
export interface GithubStandIn extends AsyncDisposable {
  /** Base URL of the REST API; `…/api/v3` works too, as on an Enterprise Server. */
  readonly url: string
  /** What GitHub would have given the owner of the App. */
  readonly app: { readonly id: number; readonly privateKey: string; readonly webhookSecret: string }
  /** Permissions, groups and repositories may be changed in place. */
  readonly installations: readonly Installation[]

  /** Throws when no installation holds the repository. */
  submit(submission: JobSubmission): Job
  approve(job: Job): void
  cancel(job: Job): void
  /** Throws while a job of the run is live. */
  rerun(run: Run): readonly Job[]
  /** In the order of their making, with all that happened to each. */
  jobs(): readonly Job[]
  /** Registered now. */
  runners(): readonly Runner[]
  /** Resolves when no job is live. */
  settled(): Promise<void>

  /** Makes the next calls of an operation fail; the result ends it early. */
  inject(fault: Fault): () => void
  /** Leaves an installation `remaining` requests until `resetInMs` from now. */
  limit(installationId: number, remaining: number, resetInMs: number): void

  /** Sends any webhook, signed, and gives its GUID. */
  emit(event: string, payload: object, about?: { readonly guid?: string }): string
  redeliver(delivery: Delivery): void
  setWebhookUrl(url: string): void
  setNetwork(network: Partial<Network>): void
  webhooks(): WebhookCounters
  /** Resolves when no webhook is on its way. */
  webhooksIdle(): Promise<void>
  /** Newest first. */
  deliveries(): readonly Delivery[]

  /** The result ends the subscription. */
  on<K extends keyof Happenings>(kind: K, listener: Listener<K>): () => void
  /** Ends everything at once: held questions, timers, connections. May be called twice. */
  close(): Promise<void>
}
