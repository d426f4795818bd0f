import type { Delivery, DeliveryLog } from '../../webhooks/delivery-log.ts'
import type { WebhookSender } from '../../webhooks/sender.ts'
import { notFound, Refusal } from '../answer.ts'
import { objectBody } from './access.ts'
import type { Call, Operation } from '../operation.ts'
import { link, pageSize } from '../paging.ts'

/** The App's webhook: where it goes, what was delivered, and delivering it again. */
export function hookOperations(log: DeliveryLog, sender: WebhookSender): Operation[] {
  const config = () => ({
    status: 200,
    body: { content_type: 'json', insecure_ssl: '0', secret: '********', url: sender.url() },
  })

  function list(call: Call) {
    const before = call.query.cursor === undefined ? undefined : readCursor(call.query.cursor)
    const matching = log.list(before).filter((delivery) => hasStatus(delivery, call.query.status))
    const shown = matching.slice(0, pageSize(call))
    const oldest = shown.at(-1)
    const headers: Record<string, string> =
      oldest && matching.length > shown.length ? { link: link(call, { cursor: `v1_${oldest.id}` }, 'next') } : {}
    return { status: 200, headers, body: shown.map(deliveryShape) }
  }

  function found(call: Call): Delivery {
    const delivery = log.find(Number(call.params.delivery_id))
    if (!delivery) throw notFound()
    return delivery
  }

  return [
    { id: 'apps/get-webhook-config-for-app', method: 'GET', path: '/app/hook/config', by: 'app', handle: config },
    {
      id: 'apps/update-webhook-config-for-app',
      method: 'PATCH',
      path: '/app/hook/config',
      by: 'app',
      handle(call) {
        const { url } = objectBody(call)
        if (typeof url === 'string') sender.setUrl(url)
        return config()
      },
    },
    { id: 'apps/list-webhook-deliveries', method: 'GET', path: '/app/hook/deliveries', by: 'app', handle: list },
    {
      id: 'apps/get-webhook-delivery',
      method: 'GET',
      path: '/app/hook/deliveries/:delivery_id',
      by: 'app',
      handle(call) {
        const delivery = found(call)
        const request = { headers: {}, payload: delivery.message.payload }
        return { status: 200, body: { ...deliveryShape(delivery), request, response: { headers: {}, payload: null } } }
      },
    },
    {
      id: 'apps/redeliver-webhook-delivery',
      method: 'POST',
      path: '/app/hook/deliveries/:delivery_id/attempts',
      by: 'app',
      handle(call) {
        sender.redeliver(found(call))
        return { status: 202, body: {} }
      },
    },
  ]
}

function readCursor(cursor: string): number {
  const id = /^v1_(\d+)$/.exec(cursor)?.[1]
  if (id === undefined) throw new Refusal(422, 'Invalid cursor')
  return Number(id)
}

function hasStatus({ statusCode }: Delivery, wanted: string | undefined): boolean {
  if (wanted === 'success') return statusCode >= 200 && statusCode < 400
  if (wanted === 'failure') return statusCode >= 400 && statusCode < 600
  return true
}

function deliveryShape({ id, message, deliveredAt, redelivery, durationMs, status, statusCode }: Delivery) {
  return {
    id,
    guid: message.guid,
    delivered_at: new Date(deliveredAt).toISOString(),
    redelivery,
    duration: Math.round(durationMs) / 1000,
    status,
    status_code: statusCode,
    event: message.event,
    action: message.action,
    installation_id: message.installationId,
    repository_id: message.repositoryId,
    throttled_at: null,
  }
}
