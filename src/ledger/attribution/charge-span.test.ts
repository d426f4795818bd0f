import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wasteKinds, type Charge } from '../../domain/costs/ledger.ts'
import { costBetween, type PriceInterval } from '../../domain/money.ts'
import type { Holder, MachineSpan, Phase, Use } from '../../domain/ports/ledger.ts'
import { chargeSpan } from './charge-span.ts'

const hour = 3_600_000
const day = 24 * hour
const end = 3 * day

const moment = fc.integer({ min: 0, max: end })
const moments = (most: number) => fc.uniqueArray(moment, { maxLength: most }).map((all) => all.sort((a, b) => a - b))

const price = fc.record({
  nanosPerHour: fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String), { nil: undefined }),
  currency: fc.constantFrom('USD', 'EUR'),
  what: fc.constantFrom('running' as const, 'stopped' as const),
})
const prices: fc.Arbitrary<PriceInterval[]> = fc
  .tuple(moments(4), fc.array(price, { minLength: 5, maxLength: 5 }))
  .map(([froms, all]) =>
    [0, ...froms.filter((at) => at > 0)].map((from, index) => ({
      from,
      ...(all[index] ?? { currency: 'USD', what: 'running' }),
    })),
  )
const phases: fc.Arbitrary<Phase[]> = fc
  .tuple(moments(5), fc.array(fc.constantFrom(...wasteKinds), { minLength: 5, maxLength: 5 }))
  .map(([froms, kinds]) => froms.map((from, index) => ({ from, kind: kinds[index] ?? 'idle' })))

const use = fc.constantFrom('job' as const, 'start' as const, 'warm' as const)
const holder = fc
  .record({
    at: moments(5),
    kinds: fc.array(use, { minLength: 5, maxLength: 5 }),
    milliCpu: fc.integer({ min: 0, max: 5000 }),
    memory: fc.integer({ min: 0, max: 2 ** 34 }),
    open: fc.boolean(),
  })
  .map(({ at, kinds, milliCpu, memory, open }) => ({ at, kinds, open, resources: { milliCpu, memory, disk: 0 } }))
const holders: fc.Arbitrary<Holder[]> = fc.array(holder, { maxLength: 6 }).map((all) =>
  all.map(({ at, kinds, open, resources }, index) => {
    const edges = open ? [...at, Infinity] : at
    const uses = edges.slice(1).map((until, place): Use => {
      const kind = kinds[place] ?? 'start'
      return { from: edges[place] ?? 0, until, kind, ...(kind === 'job' && { job: `job${index}-${place}` }) }
    })
    return { key: `a${index}`, pool: `p${index % 2}`, resources, uses }
  }),
)
const span: fc.Arbitrary<MachineSpan> = fc
  .record({
    edges: fc.tuple(moment, moment),
    prices,
    phases,
    holders,
    heldEmpty: fc.boolean(),
    milliCpu: fc.constantFrom(0, 4000, 64_000),
  })
  .map(({ edges, milliCpu, ...rest }) => ({
    machine: 'm1',
    fleet: 'cloud',
    from: Math.min(...edges),
    until: Math.max(...edges),
    allocatable: { milliCpu, memory: 2 ** 35, disk: 2 ** 40 },
    ...rest,
  }))

function total(charges: readonly Charge[], currency?: string): bigint {
  return charges.reduce((sum, each) => (currency && each.currency !== currency ? sum : sum + each.nanos), 0n)
}

function time(charges: readonly Charge[], of: 'ms' | 'unpricedMs' = 'ms'): number {
  return charges.reduce((sum, each) => sum + each[of], 0)
}

/** What the prices say, piece by piece where one is not known. */
function costOf(all: readonly PriceInterval[], from: number, until: number, currency: string) {
  let nanos = 0n
  let unknownMs = 0
  for (const [index, interval] of all.entries()) {
    const begin = Math.max(from, interval.from)
    const stop = Math.min(until, all[index + 1]?.from ?? Infinity)
    if (stop <= begin) continue
    if (interval.nanosPerHour === undefined) unknownMs += stop - begin
    else if (interval.currency === currency) nanos += costBetween([interval], begin, stop) ?? 0n
  }
  return { nanos, unknownMs }
}

describe('the charges of any history', () => {
  it('sum to what the machine cost and to its time, exactly, in each currency', () => {
    fc.assert(
      fc.property(span, (given) => {
        const charges = chargeSpan(given)
        for (const currency of ['USD', 'EUR']) {
          const expected = costOf(given.prices, given.from, given.until, currency)
          expect(total(charges, currency)).toBe(expected.nanos)
          expect(time(charges, 'unpricedMs')).toBe(expected.unknownMs)
        }
        expect(time(charges)).toBe(given.until - given.from)
      }),
      { numRuns: 500 },
    )
  })

  it('sum to the same however it is cut into spans', () => {
    fc.assert(
      fc.property(span, moments(6), (given, at) => {
        const edges = [given.from, ...at.filter((each) => each > given.from && each < given.until), given.until]
        const parts = edges.slice(1).flatMap((until, index) => chargeSpan({ ...given, from: edges[index] ?? 0, until }))
        const whole = chargeSpan(given)
        for (const currency of ['USD', 'EUR']) expect(total(parts, currency)).toBe(total(whole, currency))
        expect(time(parts)).toBe(time(whole))
        expect(time(parts, 'unpricedMs')).toBe(time(whole, 'unpricedMs'))
        // Of one holder they differ by what rounding moved: less than one unit for each piece and cut.
        const ofJob = (charges: readonly Charge[], job?: string) => charges.filter((each) => each.job === job)
        for (const { job } of whole.filter(({ kind }) => kind === 'job'))
          expect(Math.abs(Number(total(ofJob(parts, job)) - total(ofJob(whole, job))))).toBeLessThan(100)
      }),
      { numRuns: 300 },
    )
  })

  it('are never negative, lie in their days, and name a job where one ran', () => {
    fc.assert(
      fc.property(span, (given) => {
        const charges = chargeSpan(given)
        const keys = charges.map(({ day: at, currency, kind, job, pool }) =>
          JSON.stringify([at, currency, kind, job, pool]),
        )
        expect(new Set(keys).size).toBe(keys.length)
        for (const charge of charges) {
          expect(charge.nanos >= 0n && charge.ms >= 0 && charge.unpricedMs >= 0).toBe(true)
          expect(charge.unpricedMs).toBeLessThanOrEqual(charge.ms)
          expect(charge.day % day).toBe(0)
          expect(charge.day + day > given.from && charge.day < given.until).toBe(true)
          expect(charge.kind === 'job').toBe(charge.job !== undefined)
          expect(charge.ms).toBeLessThanOrEqual(
            Math.min(given.until, charge.day + day) - Math.max(given.from, charge.day),
          )
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the split', () => {
  const quarter: Holder = {
    key: 'a1',
    pool: 'small',
    resources: { milliCpu: 1000, memory: 2 ** 30, disk: 0 },
    uses: [{ from: 0, until: Infinity, kind: 'job', job: 'j1' }],
  }
  const base: MachineSpan = {
    machine: 'm1',
    fleet: 'cloud',
    from: 0,
    until: hour,
    prices: [{ from: 0, nanosPerHour: '1000', currency: 'USD', what: 'running' }],
    allocatable: { milliCpu: 4000, memory: 2 ** 34, disk: 2 ** 40 },
    phases: [{ from: 0, kind: 'idle' }],
    heldEmpty: false,
    holders: [quarter],
  }
  const other = (key: string, over: Partial<Holder['resources']>, kind: Use['kind'] = 'job'): Holder => ({
    key,
    pool: 'large',
    resources: { milliCpu: 0, memory: 0, disk: 0, ...over },
    uses: [{ from: 0, until: Infinity, kind, ...(kind === 'job' && { job: key }) }],
  })
  const split = (over: Partial<MachineSpan>) =>
    chargeSpan({ ...base, ...over }).map(({ kind, job, pool, nanos, ms }) => [kind, job ?? pool, Number(nanos), ms])

  it.each<[string, Partial<MachineSpan>, unknown[]]>([
    [
      'a job pays for the part it has; the rest is idle',
      {},
      [
        ['job', 'j1', 250, 900_000],
        ['idle', undefined, 750, 2_700_000],
      ],
    ],
    [
      'the resource that it has most of counts',
      { holders: [other('j2', { milliCpu: 1000, memory: 2 ** 33 })] },
      [
        ['job', 'j2', 500, 1_800_000],
        ['idle', undefined, 500, 1_800_000],
      ],
    ],
    [
      'jobs that are promised more than there is share all of it',
      { holders: [other('j2', { milliCpu: 4000 }), other('j3', { memory: 2 ** 34 }), other('j4', { milliCpu: 8000 })] },
      [
        ['job', 'j2', 334, 1_200_000],
        ['job', 'j3', 333, 1_200_000],
        ['job', 'j4', 333, 1_200_000],
      ],
    ],
    [
      'containers without a job have what jobs leave',
      {
        holders: [
          other('j2', { milliCpu: 3000 }),
          other('s1', { milliCpu: 2000 }, 'warm'),
          other('s2', { milliCpu: 2000 }, 'start'),
        ],
      },
      [
        ['job', 'j2', 750, 2_700_000],
        ['warm', 'large', 125, 450_000],
        ['start', 'large', 125, 450_000],
      ],
    ],
    ['a machine held empty is warm', { holders: [], heldEmpty: true }, [['warm', undefined, 1000, hour]]],
    [
      'but not with something on it',
      { heldEmpty: true },
      [
        ['job', 'j1', 250, 900_000],
        ['idle', undefined, 750, 2_700_000],
      ],
    ],
    [
      'a stopped one costs its disk',
      {
        holders: [],
        phases: [{ from: 0, kind: 'stopped' }],
        prices: [{ from: 0, nanosPerHour: '30', currency: 'USD', what: 'stopped' }],
      },
      [['stopped', undefined, 30, hour]],
    ],
    [
      'phases follow one another',
      {
        holders: [],
        phases: [
          { from: 900_000, kind: 'boot' },
          { from: 1_800_000, kind: 'drain' },
        ],
      },
      [
        ['boot', undefined, 500, 1_800_000],
        ['drain', undefined, 500, 1_800_000],
      ],
    ],
    [
      'an hour that was begun is paid for to its end',
      { holders: [], until: 900_000, paidUntil: hour },
      [
        ['idle', undefined, 250, 900_000],
        ['delete', undefined, 750, 0],
      ],
    ],
  ])('%s', (_, over, expected) => {
    expect(split(over)).toStrictEqual(expected)
  })

  it('a missing price is time without money, never zero money for priced time', () => {
    const [job, idle] = chargeSpan({ ...base, prices: [{ from: 0, currency: 'XXX', what: 'running' }] })
    expect(job).toMatchObject({ nanos: 0n, ms: 900_000, unpricedMs: 900_000, currency: 'XXX' })
    expect(idle).toMatchObject({ nanos: 0n, ms: 2_700_000, unpricedMs: 2_700_000 })
    expect(time(chargeSpan({ ...base, prices: [] }), 'unpricedMs')).toBe(hour)
    const late = chargeSpan({ ...base, from: -hour })
    expect([time(late, 'unpricedMs'), time(late), total(late)]).toStrictEqual([hour, 2 * hour, 1000n])
  })
})
