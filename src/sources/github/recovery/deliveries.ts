import { z } from 'zod'
import type { Caller } from '../api/caller.ts'
import { idText, itemOf, listIn } from '../api/fields.ts'
import type { Headers } from '../api/limits.ts'

const deliverySchema = z.object({
  id: idText,
  guid: z.string(),
  delivered_at: z.string().transform((text) => Date.parse(text)),
  status_code: z.number().nullish(),
  event: z.string(),
  action: z.string().nullish(),
  installation_id: idText.nullish(),
  repository_id: idText.nullish(),
})

export type Delivery = z.output<typeof deliverySchema>

export interface DeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly Delivery[]
  readonly next?: string
  /** GitHub's own time. */
  readonly now: number
}

export async function readDeliveries(
  app: Caller,
  wallNow: number,
  page: string | undefined,
  size = 100,
): Promise<DeliveryPage> {
  const answer = await app.call({
    route: 'GET /app/hook/deliveries',
    parameters: { per_page: size, ...(page !== undefined && { cursor: page }) },
    what: "list the deliveries of the App's webhook",
    purpose: 'work',
  })
  const parse = itemOf(deliverySchema)
  const items = listIn('list')({ list: answer.data }) ?? []
  const deliveries = items.map(parse).filter((item) => item !== undefined)
  const date = Date.parse(String(answer.headers['date']))
  return { deliveries, next: nextPage(answer.headers), now: Number.isNaN(date) ? wallNow : date }
}

/** Asks GitHub to send a message again; it keeps its GUID. */
export async function redeliver(app: Caller, delivery: string): Promise<void> {
  await app.call({
    route: 'POST /app/hook/deliveries/{delivery_id}/attempts',
    parameters: { delivery_id: delivery },
    what: `have the delivery ${delivery} sent again`,
    purpose: 'work',
  })
}

/** GitHub's word for it; what is behind the first server to answer may know nothing of the message. */
export function succeeded(delivery: Delivery): boolean {
  const code = delivery.status_code ?? 0
  return code >= 200 && code < 300
}

function nextPage(headers: Headers): string | undefined {
  const link = headers['link']
  if (typeof link !== 'string') return undefined
  const next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1]
  return next === undefined ? undefined : (new URL(next, 'http://any').searchParams.get('cursor') ?? undefined)
}
