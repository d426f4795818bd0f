import { describe, expect, it, test } from 'vitest'
import { aFleet, anElasticFleet, aPool } from '../../../../test/fakes/ports.ts'
import { anOffer } from '../../../../test/fakes/cloud.ts'
import type { RunRow } from '../../../domain/costs/ledger.ts'
import type { Offer } from '../../../domain/offer.ts'
import type { Installation } from './comparer.ts'
import { createHostedComparer } from './github-hosted.ts'
import { createVmComparer } from './vm-per-job.ts'

const gib = 2 ** 30
const usd = (nanos: bigint) => ({ nanos, currency: 'USD' })
const runner = (os: 'linux' | 'windows', cpus: number, nanos: bigint) => ({
  os,
  milliCpu: cpus * 1000,
  memory: cpus * 4 * gib,
  price: usd(nanos),
})
const offer = (key: string, cpus: number, nanos: bigint | undefined, patch: Partial<Offer> = {}): Offer =>
  anOffer({
    key,
    size: { milliCpu: cpus * 1000, memory: cpus * 4 * gib, disk: 0 },
    price: nanos === undefined ? undefined : usd(nanos),
    ...patch,
  })

function installation(patch: Partial<Installation> = {}): Installation {
  return {
    pools: [aPool({ name: 'linux' }), aPool({ name: 'win', os: 'windows' })],
    fleets: [
      anElasticFleet({ name: 'cloud', reserve: { milliCpu: 500, memory: gib, disk: 0 } }),
      aFleet({ name: 'given' }),
    ],
    offers: new Map([['cloud', [offer('d8', 8, 3_600_000n), offer('d4', 4, 1_800_000n), offer('d2', 2, 900_000n)]]]),
    bootMs: new Map([['cloud', 60_000]]),
    costless: new Set(['given']),
    compare: {
      githubHosted: {
        asOf: '2026-01-01',
        perMinute: [runner('linux', 4, 12n), runner('linux', 2, 6n), runner('windows', 4, 22n)],
      },
      vmPerJob: {},
    },
    ...patch,
  }
}

function runs(cpus: number, patch: Partial<RunRow> = {}, keys: RunRow['keys'] = {}): RunRow {
  const given = { milliCpu: cpus * 1000, memory: cpus * 2 * gib }
  return {
    keys: { pool: 'linux', fleet: 'cloud', ...given, ...keys },
    jobs: 2,
    runMs: 600_000,
    minutes: 11,
    waitMs: 0,
    ...patch,
  }
}

describe('on runners that GitHub hosts', () => {
  test.each<[string, RunRow, string | undefined]>([
    ['minutes rounded up, at the smallest that is large enough', runs(2), '66'],
    ['one CPU more needs the next size', runs(3), '132'],
    ['so does memory', runs(1, {}, { memory: 9 * gib }), '132'],
    ['of the same system', runs(2, {}, { pool: 'win' }), '242'],
    ['none is large enough', runs(5), undefined],
    ['of a pool that is gone, by its fleet', runs(2, {}, { pool: 'old' }), '66'],
    ['on a host whose own cost nobody knows', runs(2, {}, { fleet: 'given' }), undefined],
    ['of a pool and fleet that are gone', runs(2, {}, { pool: 'old', fleet: 'old' }), undefined],
  ])('%s', (_what, row, nanos) => {
    const comparer = createHostedComparer(installation())
    const cost = comparer.cost(row)
    expect(cost.amounts[0]?.nanos).toBe(nanos)
    expect([cost.jobs, cost.jobsMissing]).toEqual(nanos === undefined ? [0, 2] : [2, 0])
    expect(comparer.summary().atLeast).toBe(nanos === undefined)
  })

  it('says what is missing, once, with its jobs, and of when the prices are', () => {
    const comparer = createHostedComparer(installation())
    for (const row of [runs(5), runs(5), runs(2, { jobs: 1 }, { pool: 'old', fleet: 'old' })]) comparer.cost(row)
    expect(comparer.summary()).toMatchObject({
      asOf: '2026-01-01',
      atLeast: true,
      missing: [
        'no hosted runner for linux has 5 CPUs and 10 GiB (4 jobs)',
        'the system of pool old is not known: it is no longer in the configuration (1 job)',
      ],
    })
  })
})

describe('with a machine for each job', () => {
  const deletions = new Map([['cloud', 30_000]])

  it('pays boot, run and deletion at the price of the cheapest with room beside the reserve', () => {
    // Two jobs: 600 s of runs and 2 × 90 s; 2 CPUs don't fit beside the reserve on d2.
    const comparer = createVmComparer(installation(), deletions)
    expect(comparer.cost(runs(2)).amounts).toEqual([{ currency: 'USD', nanos: '390000' }])
    expect(comparer.cost(runs(1)).amounts).toEqual([{ currency: 'USD', nanos: '195000' }])
    expect(comparer.summary()).toMatchObject({ atLeast: false, missing: [] })
  })

  it('takes boot and deletion from the configuration where they stand there', () => {
    const { compare } = installation()
    const vmPerJob = { bootMs: 150_000, deleteMs: 150_000 }
    const comparer = createVmComparer(installation({ compare: { ...compare, vmPerJob } }), deletions)
    expect(comparer.cost(runs(1)).amounts).toEqual([{ currency: 'USD', nanos: '300000' }])
    expect(comparer.summary().how).toMatch(/boot \(configured\).*deletion \(configured\)/)
  })

  it('passes over what is refused or has no price', () => {
    const offers = new Map([
      ['cloud', [offer('d4', 4, 1n, { refused: 'no quota' }), offer('e4', 4, undefined), offer('d8', 8, 3_600_000n)]],
    ])
    const comparer = createVmComparer(installation({ offers }), deletions)
    expect(comparer.cost(runs(2)).amounts).toEqual([{ currency: 'USD', nanos: '780000' }])
  })

  test.each<[string, Partial<Installation>, RunRow['keys'], RegExp]>([
    ['no offer fits', {}, { milliCpu: 64_000 }, /nobody knows the price of a machine of fleet cloud with room/],
    ['there are no offers yet', { offers: new Map() }, {}, /nobody knows the price/],
    ['machines are given by hand', {}, { fleet: 'given' }, /fleet given are given by hand/],
    ['the fleet is gone', {}, { fleet: 'old' }, /fleet old is no longer there/],
  ])('%s: told, not counted', (_what, patch, keys, words) => {
    const comparer = createVmComparer(installation(patch), deletions)
    expect(comparer.cost(runs(2, {}, keys))).toMatchObject({ amounts: [], jobs: 0, jobsMissing: 2 })
    expect(comparer.summary()).toMatchObject({ atLeast: true, missing: [expect.stringMatching(words)] })
  })

  it('says when boots and deletions were never seen, and where hours are paid', () => {
    const hourly = installation().fleets.map((fleet) =>
      fleet.elastic ? { ...fleet, elastic: { ...fleet.elastic, billing: 'hour' as const } } : fleet,
    )
    const comparer = createVmComparer(installation({ bootMs: new Map(), fleets: hourly }), new Map())
    expect(comparer.cost(runs(1)).amounts).toEqual([{ currency: 'USD', nanos: '150000' }])
    expect(comparer.summary()).toMatchObject({
      atLeast: true,
      missing: [/boot is not known/, /deletion takes/, /by the hour/].map((words) => expect.stringMatching(words)),
    })
  })
})
