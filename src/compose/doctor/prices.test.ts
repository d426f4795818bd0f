import { expect, test } from 'vitest'
import { anOffer } from '../../../test/fakes/cloud.ts'
import type { Offer } from '../../domain/offer.ts'
import { examinePrices } from './prices.ts'

const now = 1_700_000_000_000
const hour = 3_600_000
const price = { nanos: 1n, currency: 'USD' }

test.each<[string, Partial<Offer>[], string[]]>([
  ['from the configuration', [{ price }], []],
  ['read lately', [{ price, priceAt: now - 2 * hour }], ['ok: its prices were read 2h ago']],
  [
    'of which one is old',
    [
      { price, priceAt: now - 49 * hour },
      { price, priceAt: now },
    ],
    ['warning: its prices were read 2d1h ago: costs may be wrong'],
  ],
  ['that nobody knows', [{ key: 'd4', price: undefined }], ['warning: nobody knows what these cost: d4']],
  ['of what can not be had anyway', [{ price: undefined, refused: 'no quota' }], []],
])('prices %s', async (_what, offers, told) => {
  const elastic = { offers: async () => offers.map((offer) => anOffer(offer)) }
  const findings = await examinePrices('cloud', elastic, now)
  expect(findings.map(({ level, finding }) => `${level}: ${finding}`)).toEqual(told)
})
