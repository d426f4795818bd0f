import { expect, it, test } from 'vitest'
import type { CostLine } from '../../../domain/costs/report.ts'
import { currenciesOf, daysOf, differenceText, layersOf, stacked } from './lines.ts'

const line = (key: string, jobs: string, boot: string, currency = 'USD'): CostLine => ({
  key,
  jobs: 1,
  runMs: 0,
  waitMs: 0,
  costs: [{ currency, jobs, waste: boot, total: String(BigInt(jobs) + BigInt(boot)), wasteBy: { boot } }],
  jobMs: 0,
  wasteMs: 0,
  unpricedMs: 0,
  compared: [],
})

it('days without a charge are days all the same', () => {
  const since = Date.UTC(2026, 0, 30)
  const days = daysOf({ since, until: since + 3 * 86_400_000, rows: [line('2026-01-31', '5', '1')] })
  expect(days.map(({ key, jobs }) => [key, jobs])).toEqual([
    ['2026-01-30', 0],
    ['2026-01-31', 1],
    ['2026-02-01', 0],
  ])
})

it('layers stand on one another, and what never cost anything is none', () => {
  const layers = layersOf([line('a', '2000000000', '1000000000'), line('b', '4000000000', '0')], 'USD')
  expect(layers.map(({ kind }) => kind)).toEqual(['job', 'boot'])
  expect(stacked(layers)).toEqual([
    [2, 4],
    [3, 4],
  ])
})

it('the dearest currency comes first', () => {
  const total = { ...line('all', '1', '0'), costs: [...line('', '1', '0').costs, ...line('', '9', '0', 'EUR').costs] }
  expect(currenciesOf({ total })).toEqual(['EUR', 'USD'])
})

test.each([
  ['62', '100', false, false, 'Slipway 38 % less'],
  ['62', '100', false, true, 'Slipway 38 % less'],
  ['62', '100', true, false, ''],
  ['150', '100', false, false, 'Slipway 50 % more'],
  ['150', '100', true, false, 'Slipway 50 % more'],
  ['150', '100', false, true, ''],
  ['7', '0', false, false, ''],
])('%s against %s, at least %s and %s: “%s”', (ours, other, atLeastOurs, atLeastOther, words) => {
  expect(differenceText({ ours, other, atLeastOurs, atLeastOther })).toBe(words)
})
