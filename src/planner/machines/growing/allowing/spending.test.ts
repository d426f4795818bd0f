import { describe, expect, test } from 'vitest'
import { anOffer } from '../../../../../test/fakes/cloud.ts'
import {
  aBootingMachine,
  aMadeMachine,
  machineActions,
  planOf,
  type CloudScene,
} from '../../../../../test/fakes/made.ts'
import { someLimits } from '../../../../../test/fakes/ports.ts'
import { jobs, now } from '../../../../../test/fakes/records.ts'
import { amountWords, startOfDay } from '../../../../domain/money.ts'
import { paidRestMs } from './spending.ts'

const minute = 60_000
const hour = 60 * minute
/** A new machine commits to 60 s of boot and 5 min of idling at 0.36 USD an hour: 0.036 USD. */
const one = 36_000_000n
const usd = (nanos: bigint) => ({ limits: someLimits({ moneyPerDay: { nanos, currency: 'USD' } }) })
const running = (from: number, nanosPerHour: string | undefined = '360000000', currency = 'USD') => ({
  prices: [{ from, nanosPerHour, currency, what: 'running' as const }],
  acceptedAt: from,
})
const full = { allocatable: { milliCpu: 0, memory: 0, disk: 0 } }

/** How many machines are asked for when three would do. */
function asked(scene: CloudScene): number {
  return machineActions(planOf({ jobs: jobs(12), ...scene })).filter((each) => each === 'create d8').length
}

describe('a limit of money a day allows', () => {
  const cases: [string, CloudScene, number][] = [
    ['nothing when it is nothing', { fleet: usd(0n) }, 0],
    ['as many machines as it covers', { fleet: usd(2n * one) }, 2],
    ['one less when it lacks a nano', { fleet: usd(2n * one - 1n) }, 1],
    ['less what gone machines have cost today', { fleet: usd(2n * one), spentToday: new Map([['cloud', 1n]]) }, 1],
    ['what other fleets have cost does not count', { fleet: usd(2n * one), spentToday: new Map([['x', one]]) }, 2],
    [
      'less what machines have cost so far and are committed to',
      // Half an hour 0.18, and 5 min of idling 0.03.
      { fleet: usd(210_000_000n + one), machines: [aMadeMachine(full, running(now - 30 * minute))] },
      1,
    ],
    [
      'less the minimum that one is paid for',
      { fleet: usd(360_000_000n + one - 1n), elastic: { minimumChargeMs: hour } },
      1,
    ],
    [
      'less what they have cost while nobody knew the price, at what it is',
      {
        fleet: usd(210_000_000n + one),
        machines: [
          aMadeMachine(full, {
            ...running(now - 30 * minute),
            prices: [
              { from: now - 30 * minute, currency: 'XXX', what: 'running' },
              { from: now - 10 * minute, nanosPerHour: '360000000', currency: 'USD', what: 'running' },
            ],
          }),
        ],
      },
      1,
    ],
    [
      'not what they cost before midnight',
      {
        fleet: usd((BigInt(now - startOfDay(now)) * 360_000_000n) / 3_600_000n + 30_000_000n + one),
        machines: [aMadeMachine(full, running(now - 90 * hour))],
      },
      1,
    ],
    [
      'nor more than the running costs of one that is deleted',
      { fleet: usd(180_000_000n + one), machines: [aMadeMachine({ state: 'deleting' }, running(now - 30 * minute))] },
      1,
    ],
    [
      'less what machines that are only asked for will cost',
      { fleet: usd(2n * one), machines: [aBootingMachine({ ...full, state: 'requested' }, { prices: [] })] },
      1,
    ],
    [
      'with hours billed, whole hours: new machines',
      { fleet: usd(2n * 360_000_000n), elastic: { billing: 'hour' } },
      2,
    ],
    [
      'with hours billed, whole hours: those that run',
      {
        fleet: usd(2n * 360_000_000n),
        elastic: { billing: 'hour' },
        machines: [aMadeMachine(full, running(now - 30 * minute))],
      },
      1,
    ],
    ['anything where there is none', {}, 3],
  ]
  test.each(cases)('%s', (_name, scene, machines) => {
    expect(asked(scene)).toBe(machines)
  })

  test('and the wait names it, with what is spent and when that ends', () => {
    const { waits } = planOf({ jobs: jobs(1), fleet: usd(1n), spentToday: new Map([['cloud', 118_200_000_000n]]) })
    expect(waits).toMatchObject([
      {
        code: 'money-limit',
        reason:
          'no machine has room for it; fleet cloud has spent or is committed to 118.20 USD today, and another machine would pass its limits.moneyPerDay of 0.00 USD',
        etaMs: startOfDay(now) + 24 * hour - now,
      },
    ])
  })
})

describe('with a limit of money, a price that is missing blocks', () => {
  const limit = { fleet: usd(1_000_000_000n) }
  const cases: [string, CloudScene, string][] = [
    ['an offer without one', { ...limit, offered: [anOffer({ price: undefined })] }, 'nobody knows the price of d8'],
    [
      'an offer in another currency',
      { ...limit, offered: [anOffer({ price: { nanos: 1n, currency: 'EUR' } })] },
      'the price of d8 is in EUR, limits.moneyPerDay in USD',
    ],
    [
      'the cost of a machine is not known',
      { ...limit, machines: [aMadeMachine(full, { prices: [{ from: now - 5, currency: 'USD', what: 'running' }] })] },
      'nobody knows the price of machine m1',
    ],
    [
      'a machine is paid in another currency',
      { ...limit, machines: [aMadeMachine(full, running(now - 5, '1', 'EUR'))] },
      'the price of machine m1 is in EUR',
    ],
    [
      'a machine was asked for under an offer that is gone',
      { ...limit, machines: [aBootingMachine({ ...full, state: 'requested' }, { prices: [], offer: 'old' })] },
      'nobody knows the price of machine m1',
    ],
  ]
  test.each(cases)('%s', (_name, scene, reason) => {
    const made = planOf({ jobs: jobs(1), ...scene })
    expect(machineActions(made)).toEqual([])
    expect(made.waits).toMatchObject([{ code: 'price-missing', reason: expect.stringContaining(reason) }])
  })

  test('no longer when another offer has one', () => {
    const offered = [anOffer({ key: 'dark', price: undefined }), anOffer()]
    expect(machineActions(planOf({ jobs: jobs(1), ...limit, offered }))).toEqual(['create d8'])
  })

  test('nothing where there is no limit', () => {
    expect(machineActions(planOf({ jobs: jobs(1), offered: [anOffer({ price: undefined })] }))).toEqual(['create d8'])
  })
})

test.each([
  [0, hour],
  [1, hour - 1],
  [hour - 1, 1],
  [hour, hour],
  [25 * hour + 10, hour - 10],
  [-5, hour],
])('%i ms after it began, the paid hour has %i ms left', (passed, rest) => {
  expect(paidRestMs(now + passed, now)).toBe(rest)
})

test.each([
  [0n, '0.00 USD'],
  [118_200_000_000n, '118.20 USD'],
  [4_999_999n, '0.00 USD'],
  [5_000_000n, '0.01 USD'],
  [9_999_999_999n, '10.00 USD'],
])('%s nano-dollars are %s', (nanos, words) => {
  expect(amountWords(nanos, 'USD')).toBe(words)
})
