import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  RestError,
} from '@azure/core-rest-pipeline'
import type { Outbound } from '../../../kit/outbound.ts'
import type { Clock } from '../../../domain/ports/clock.ts'
import { withDeadline } from '../../../kit/deadline.ts'
import { retailPageSchema, type RetailItem } from './retail.ts'

const DEADLINE_MS = 30_000
/** A hundred items each: many times what a fleet's sizes have. */
const MOST_PAGES = 30

/** Reads Azure's list of retail prices, which is open to all: no credential goes there. */
export function createFetchItems(
  endpoint: string,
  clock: Clock,
  outbound: Outbound,
): (filter: string, currency: string) => Promise<RetailItem[]> {
  const pipeline = createPipelineFromOptions({ ...outbound, retryOptions: { maxRetries: 1 } })
  const http = createDefaultHttpClient()

  async function page(url: string): Promise<{ items: RetailItem[]; next?: string }> {
    return withDeadline(clock, DEADLINE_MS, 'the list of retail prices', async (abortSignal) => {
      const headers = createHttpHeaders({ accept: 'application/json' })
      const request = createPipelineRequest({ url, method: 'GET', headers, abortSignal })
      const answer = await pipeline.sendRequest(http, request)
      if (answer.status !== 200) throw new RestError(`HTTP ${answer.status}`, { statusCode: answer.status })
      const { Items: items, NextPageLink: next } = retailPageSchema.parse(JSON.parse(answer.bodyAsText ?? ''))
      return { items, ...(next && { next }) }
    })
  }

  return async (filter, currency) => {
    const query = `api-version=2023-01-01-preview&currencyCode='${currency}'&$filter=${encodeURIComponent(filter)}`
    const first = new URL(`/api/retail/prices?${query}`, endpoint)
    const items: RetailItem[] = []
    let url: string | undefined = first.href
    for (let count = 0; url !== undefined && count < MOST_PAGES; count++) {
      const { items: more, next } = await page(url)
      items.push(...more)
      url = next
    }
    return items
  }
}
