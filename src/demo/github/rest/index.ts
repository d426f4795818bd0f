import type { FastifyInstance } from 'fastify'
import type { Estate } from '../estate.ts'
import type { Announcer } from '../happenings.ts'
import type { App } from '../shapes/installation.ts'
import type { Urls } from '../shapes/urls.ts'
import type { DeliveryLog } from '../webhooks/delivery-log.ts'
import type { WebhookSender } from '../webhooks/sender.ts'
import type { Work } from '../work/index.ts'
import { appOperations } from './operations/app.ts'
import { hookOperations } from './operations/hook.ts'
import { createManifestFlow } from './operations/manifest.ts'
import { mountOperation, type MountDependencies } from './mount.ts'
import { repositoryOperations } from './operations/repositories.ts'
import { runOperations } from './operations/runs.ts'
import { runnerGroupOperations } from './operations/runner-groups.ts'
import { runnerOperations } from './operations/runners.ts'

export interface RestDependencies extends Omit<MountDependencies, 'apiUrl'> {
  readonly app: App
  readonly estate: Estate
  readonly announcer: Announcer
  readonly urls: () => Urls
  readonly log: DeliveryLog
  readonly sender: WebhookSender
  readonly work: Work
  readonly secrets: { readonly privateKey: string; readonly webhookSecret: string }
  readonly jitDelayMs: number
  readonly agentUrl: () => string
}

/** Every operation of GitHub's API that the stand-in has. */
export function mountRest(server: FastifyInstance, dependencies: RestDependencies): void {
  const { estate, urls, log, sender, work } = dependencies
  const manifest = createManifestFlow(dependencies)
  const operations = [
    ...appOperations(dependencies),
    ...repositoryOperations(estate, urls),
    ...hookOperations(log, sender),
    ...runnerGroupOperations(estate, urls),
    ...runnerOperations({ ...dependencies, ...work }),
    ...runOperations(estate, work.jobs, urls),
    ...manifest.operations,
  ]
  for (const operation of operations) {
    mountOperation(server, operation, { ...dependencies, apiUrl: () => urls().api })
  }
  manifest.mount(server)
}
