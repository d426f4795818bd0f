import { randomUUID } from 'node:crypto'
import { labels } from '../../../src/demo/acme.ts'
import type { GithubStandIn } from '../../../src/demo/github/index.ts'
import { messageHeaders } from '../../../src/demo/github/webhooks/message.ts'
import { createPayloads } from '../../../src/demo/github/webhooks/payload.ts'

/** A signed webhook as bytes: all of its HTTP request but the line that names the path. */
export interface Message {
  readonly guid: string
  /** External id of the job that it tells of. */
  readonly job: string
  readonly bytes: Buffer
}

/**
 * `count` jobs queued at the stand-in, each a run of its own, and their webhooks signed ahead. Every second job is one
 * for GitHub's own machines: the App is told of those too.
 */
export function createMessages(github: GithubStandIn, count: number): Message[] {
  const [installation] = github.installations
  if (!installation) throw new Error('the stand-in has no installation')
  const payloadOf = createPayloads(() => ({ api: github.url, html: github.url }))
  return Array.from({ length: count }, (_, i) => {
    const repository = installation.repositories[i % installation.repositories.length]
    const job = github.submit({
      repository: repository?.fullName ?? '',
      labels: i % 2 === 0 ? labels : ['ubuntu-latest'],
      name: `build (${i})`,
      // Nobody but the bench sends its webhook.
      notify: false,
    })
    const guid = randomUUID()
    const payload = payloadOf('queued', job, installation)
    const body = Buffer.from(JSON.stringify(payload))
    const envelope = { guid, event: 'workflow_job', action: 'queued', payload, order: i }
    const about = { installationId: installation.id, repositoryId: repository?.id ?? null }
    const app = { appId: github.app.id, secret: github.app.webhookSecret }
    return { guid, job: String(job.id), bytes: toBytes(messageHeaders({ ...envelope, ...about }, body, app), body) }
  })
}

function toBytes(headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`host: slipway.invalid\r\n${lines.join('')}\r\n`), body])
}
