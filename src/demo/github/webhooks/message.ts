import { createHmac } from 'node:crypto'
import type { Job } from '../records.ts'

/** One webhook, before the network gets it. Every copy and redelivery has the same GUID and body. */
export interface Message {
  readonly guid: string
  readonly event: string
  readonly action: string | null
  readonly payload: unknown
  readonly installationId: number | null
  readonly repositoryId: number | null
  readonly job?: Job
  /** Place in the order in which messages were made. */
  readonly order: number
}

export interface SigningApp {
  readonly appId: number
  readonly secret: string
}

export function messageHeaders(message: Message, body: Buffer, { appId, secret }: SigningApp): Record<string, string> {
  return {
    'content-type': 'application/json',
    'content-length': String(body.length),
    accept: '*/*',
    'user-agent': 'GitHub-Hookshot/standin',
    'x-github-delivery': message.guid,
    'x-github-event': message.event,
    'x-github-hook-id': '1',
    'x-github-hook-installation-target-id': String(appId),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
}
