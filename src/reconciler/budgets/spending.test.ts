import { describe, expect, it, test } from 'vitest'
import type { Budget } from '../../domain/costs/budget.ts'
import { periodAt } from '../../domain/costs/period.ts'
import { statusOf, type Spending } from './spending.ts'

const unit = 1_000_000_000n
const budget: Budget = {
  name: 'pool linux, a month',
  target: { kind: 'pool', name: 'linux' },
  limit: { nanos: 100n * unit, currency: 'USD' },
  period: 'month',
  warnAt: 0.8,
  hold: true,
}
const spending = (nanos: bigint, patch: Partial<Spending> = {}): Spending => ({
  pool: 'linux',
  repository: 'acme/a',
  currency: 'USD',
  nanos,
  unpricedMs: 0,
  ...patch,
})
const period = { from: 0, renewsAt: 1 }

describe('where a budget stands', () => {
  test.each([
    [80n * unit - 1n, 'within'],
    [80n * unit, 'warned'],
    [100n * unit - 1n, 'warned'],
    [100n * unit, 'spent'],
  ])('%d nano-dollars of 100 USD: %s', (nanos, state) => {
    expect(statusOf(budget, period, [spending(nanos - 5n), spending(5n)])).toMatchObject({ state, spentNanos: nanos })
  })

  it('counts its own pool alone, or repository, or team', () => {
    const all = [spending(1n), spending(2n, { pool: 'mac' }), spending(4n, { repository: 'acme/b' })]
    const teams = [
      { name: 'one', repositories: ['acme/b'] },
      { name: 'two', repositories: ['acme/*'] },
    ]
    const spent = (target: Budget['target']) => statusOf({ ...budget, target }, period, all).spentNanos
    expect([
      spent({ kind: 'pool', name: 'linux' }),
      spent({ kind: 'repository', name: 'acme/b' }),
      spent({ kind: 'repository', name: 'acme/*' }),
      spent({ kind: 'team', name: 'two', teams }),
    ]).toEqual([5n, 4n, 7n, 3n])
  })

  it('adds no other currency, and says so; what has no price is told as time', () => {
    const all = [spending(1n), spending(9n, { currency: 'EUR' }), spending(0n, { currency: 'XXX', unpricedMs: 7 })]
    expect(statusOf(budget, period, all)).toMatchObject({ spentNanos: 1n, otherCurrencies: ['EUR'], unpricedMs: 7 })
  })
})

describe('periods are of UTC', () => {
  const at = (text: string) => Date.parse(text)
  test.each([
    ['day', '2026-03-31T23:59:59Z', '2026-03-31', '2026-04-01'],
    ['week', '2026-03-29T12:00:00Z', '2026-03-23', '2026-03-30'],
    ['week', '2026-03-30T00:00:00Z', '2026-03-30', '2026-04-06'],
    ['month', '2026-12-31T23:00:00Z', '2026-12-01', '2027-01-01'],
    ['month', '2028-02-29T00:00:00Z', '2028-02-01', '2028-03-01'],
  ] as const)('the %s of %s', (kind, moment, from, renewsAt) => {
    expect(periodAt(kind, at(moment))).toEqual({ from: at(from), renewsAt: at(renewsAt) })
  })
})
