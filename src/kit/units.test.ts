import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BadUnit,
  formatBytes,
  formatCpu,
  formatDuration,
  formatMoney,
  parseAmount,
  parseBytes,
  parseCpu,
  parseDuration,
  parseMoney,
  roundAmount,
  roundBytes,
  roundDuration,
  type MoneyPeriod,
} from './units.ts'

describe('parseCpu', () => {
  it.each<[string | number, number]>([
    [2, 2000],
    ['2', 2000],
    [0.5, 500],
    ['0.125', 125],
    ['500m', 500],
    [0, 0],
    ['0.3', 300],
  ])('reads %s as %d thousandths', (written, milliCpu) => expect(parseCpu(written)).toBe(milliCpu))

  it.each(['', '-1', '2 cores', '0.1234', '1e3', '.5', '500M', '5.5m', '99999999999999999'])('refuses %j', (written) =>
    expect(() => parseCpu(written)).toThrow(BadUnit),
  )

  it('gives back what formatCpu wrote', () =>
    fc.assert(fc.property(fc.nat(10_000_000), (n) => parseCpu(formatCpu(n)) === n)))
})

describe('parseBytes', () => {
  it.each<[string | number, number]>([
    ['4Gi', 4 * 2 ** 30],
    ['4GiB', 4 * 2 ** 30],
    ['512Mi', 512 * 2 ** 20],
    ['1G', 1e9],
    ['1GB', 1e9],
    ['1.5Ki', 1536],
    ['2Ti', 2 * 2 ** 40],
    ['100', 100],
    ['100B', 100],
    [1048576, 1048576],
    [0, 0],
  ])('reads %s as %d', (written, bytes) => expect(parseBytes(written)).toBe(bytes))

  it.each(['', '4 Gi', '4gi', '-1', '1.5', '4Pi', 'Gi', '9999999Ti'])('refuses %j', (written) =>
    expect(() => parseBytes(written)).toThrow(/for example '4Gi'/),
  )

  it('gives back what formatBytes wrote', () =>
    fc.assert(fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (n) => parseBytes(formatBytes(n)) === n)))
})

describe('parseDuration', () => {
  it.each<[string, number]>([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['250ms', 250],
    ['1m5ms', 60_005],
    ['0s', 0],
  ])('reads %s as %d ms', (written, ms) => expect(parseDuration(written)).toBe(ms))

  it.each(['', '30', '30 s', '-5m', '1.5h', '5min', '30m1h', '5m5m', '99999999999999d'])('refuses %j', (written) =>
    expect(() => parseDuration(written)).toThrow(/for example '30s'/),
  )

  it('gives back what formatDuration wrote', () =>
    fc.assert(fc.property(fc.nat({ max: 10 ** 13 }), (n) => parseDuration(formatDuration(n)) === n)))
})

describe('parseMoney', () => {
  it.each<[string, bigint, string, string]>([
    ['120 USD/day', 120_000_000_000n, 'USD', 'day'],
    ['0.1 EUR/hour', 100_000_000n, 'EUR', 'hour'],
    ['0.000000001 USD/month', 1n, 'USD', 'month'],
    ['99999999999999999999 USD/week', 99_999_999_999_999_999_999_000_000_000n, 'USD', 'week'],
  ])('reads %s exactly', (written, nanoDollars, currency, per) =>
    expect(parseMoney(written)).toEqual({ nanoDollars, currency, per }),
  )

  it.each(['120', '120 USD', '120USD/day', '120 usd/day', '1.0000000001 USD/day', '-5 USD/day', '5 USD/year'])(
    'refuses %j',
    (written) => expect(() => parseMoney(written)).toThrow(/for example '120 USD\/day'/),
  )

  it('reads an amount that is for no time', () => {
    expect(parseAmount('0.006 USD')).toEqual({ nanos: 6_000_000n, currency: 'USD' })
    for (const written of ['300', '300 USD/day', '-1 USD', '1.0000000001 USD'])
      expect(() => parseAmount(written)).toThrow(/for example '300 USD'/)
  })

  it('gives back what formatMoney wrote', () => {
    const money = fc.record({
      nanoDollars: fc.bigInt({ min: 0n, max: 10n ** 24n }),
      currency: fc.constantFrom('USD', 'EUR'),
      per: fc.constantFrom<MoneyPeriod>('hour', 'day', 'week', 'month'),
    })
    fc.assert(
      fc.property(money, (amount) => {
        expect(parseMoney(formatMoney(amount))).toEqual(amount)
      }),
    )
  })
})

describe('for tables', () => {
  it.each<[number, string]>([
    [500, '500'],
    [1536, '1.5Ki'],
    [4 * 2 ** 30, '4Gi'],
    [1e9, '954Mi'],
  ])('%d bytes are %s', (bytes, words) => expect(roundBytes(bytes)).toBe(words))

  it.each<[bigint, string]>([
    [0n, '0.00 USD'],
    [99_999n, '<0.0001 USD'],
    [100_000n, '0.0001 USD'],
    [4_299_999n, '0.0042 USD'],
    [120_500_000_000n, '120.50 USD'],
  ])('%d nano-dollars are %s', (nanos, words) => expect(roundAmount(nanos, 'USD')).toBe(words))

  it.each<[number, string]>([
    [0, '0s'],
    [-5000, '0s'],
    [400, '0s'],
    [725_400, '12m5s'],
    [273_600_000 + 1000, '3d4h'],
  ])('%d ms are %s', (ms, words) => expect(roundDuration(ms)).toBe(words))
})
