import type { PriceItem } from '../../cloud/price-list.ts'
import { Refusal } from '../answer.ts'
import type { Operation } from '../operation.ts'
import { linkWith } from '../paging.ts'
import { parseFilter } from './price-filter.ts'

/** The retail price list: open to everybody. */
export function priceOperations(items: readonly PriceItem[], pageSize: number): Operation[] {
  return [
    {
      id: 'RetailPrices_List',
      method: 'GET',
      path: '/api/retail/prices',
      handle({ query, url }) {
        const currency = /^'?([A-Z]{3})'?$/.exec(query['currencyCode'] ?? 'USD')?.[1]
        if (currency === undefined) throw new Refusal(400, 'BadRequest', 'Invalid currency code.')
        const matches = parseFilter(query['$filter'] ?? '')
        const found = items.filter(matches)
        const start = Number(query['$skip'] ?? 0)
        const shown = found.slice(start, start + pageSize)
        const more = start + pageSize < found.length
        return {
          status: 200,
          body: {
            BillingCurrency: currency,
            CustomerEntityId: 'Default',
            CustomerEntityType: 'Retail',
            Items: shown.map((item) => ({ ...item, currencyCode: currency })),
            NextPageLink: more ? linkWith(url, '$skip', start + pageSize) : null,
            Count: shown.length,
          },
        }
      },
    },
  ]
}
