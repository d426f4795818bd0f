import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { costGroups, type CostGroup } from '../../domain/costs/report.ts'
import { wasteKinds, type CostRow, type RunRow } from '../../domain/costs/ledger.ts'
import type { Comparer } from './compare/comparer.ts'
import { groupingOf } from './groups.ts'
import { makeReport } from './report.ts'

const day = 86_400_000
const teams = [
  { name: 'payments', repositories: ['acme/pay-*'] },
  { name: 'rest', repositories: ['acme/*'] },
]

function charge(keys: CostRow['keys'], nanos: bigint, patch: Partial<CostRow> = {}): CostRow {
  return { keys: { currency: 'USD', kind: 'job', ...keys }, nanos, ms: 1000, unpricedMs: 0, jobs: 0, ...patch }
}

function run(keys: RunRow['keys'], patch: Partial<RunRow> = {}): RunRow {
  return { keys, jobs: 1, runMs: 60_000, minutes: 1, waitMs: 2000, ...patch }
}

interface Rows {
  readonly costs?: readonly CostRow[]
  readonly runs?: readonly RunRow[]
  readonly comparers?: readonly Comparer[]
}

function reportOf(by: CostGroup, { costs = [], runs = [], comparers = [] }: Rows, filter = {}) {
  const input = { since: 0, until: day, teams, costs, runs, comparers, prices: [] }
  return makeReport({ by, since: 0, until: 1, ...filter }, input)
}

describe('what a line is of', () => {
  const keys = {
    repository: 'acme/pay-api',
    workflow: 'CI',
    name: 'test',
    labels: 'gpu,linux',
    pool: 'big',
    fleet: 'cloud',
    day,
  }
  test.each<[CostGroup, string[]]>([
    ['repository', ['acme/pay-api']],
    ['workflow', ['acme/pay-api / CI']],
    ['job', ['acme/pay-api / CI / test']],
    ['pool', ['big']],
    ['fleet', ['cloud']],
    ['label', ['gpu', 'linux']],
    ['team', ['payments']],
    ['day', ['1970-01-02']],
  ])('%s', (by, lines) => {
    const grouping = groupingOf(by, teams)
    expect(grouping.lines(keys)).toEqual(lines)
    // Nothing is grouped by what the store is not asked for.
    const asked = Object.fromEntries(Object.entries(keys).filter(([key]) => grouping.columns.some((c) => c === key)))
    expect(grouping.lines(asked)).toEqual(lines)
  })

  it('has a name where there is none', () => {
    const names = costGroups.filter((by) => by !== 'day').flatMap((by) => groupingOf(by, teams).lines({}))
    expect(new Set(names)).toEqual(new Set(['none']))
    expect(groupingOf('team', teams).lines({ repository: 'other/x' })).toEqual(['none'])
    expect(groupingOf('workflow', teams).lines({ repository: 'acme/x', workflow: '' })).toEqual(['acme/x'])
  })
})

describe('a report', () => {
  it('sums jobs by line, the most costly first, and keeps waste for the total where it is of no line', () => {
    const costs = [
      charge({ repository: 'acme/a' }, 10n, { jobs: 2 }),
      charge({ repository: 'acme/b' }, 30n, { jobs: 3 }),
      charge({ kind: 'boot' }, 5n),
      charge({ kind: 'idle' }, 7n),
    ]
    const { rows, total } = reportOf('repository', { costs, runs: [run({ repository: 'acme/b' })] })
    expect(rows).toMatchObject([
      {
        key: 'acme/b',
        jobs: 1,
        runMs: 60_000,
        waitMs: 2000,
        costs: [{ jobs: '30', waste: '0', total: '30', perJob: '10' }],
      },
      { key: 'acme/a', jobs: 0, costs: [{ jobs: '10', perJob: '5' }] },
    ])
    expect(total.costs).toEqual([
      { currency: 'USD', jobs: '40', waste: '12', total: '52', perJob: '8', wasteBy: { boot: '5', idle: '7' } },
    ])
    expect(total).toMatchObject({ jobMs: 2000, wasteMs: 2000 })
  })

  it('gives waste its lines where it has them', () => {
    const costs = [
      charge({ pool: 'big' }, 10n),
      charge({ pool: 'big', kind: 'start' }, 2n),
      charge({ kind: 'boot' }, 3n),
    ]
    expect(reportOf('pool', { costs }).rows.map(({ key, costs: [sum] }) => [key, sum?.jobs, sum?.waste])).toEqual([
      ['big', '10', '2'],
      ['none', '0', '3'],
    ])
  })

  it('never adds currencies, and has no amount where no price is known', () => {
    const costs = [
      charge({ repository: 'a' }, 1n),
      charge({ repository: 'a', currency: 'EUR' }, 2n),
      charge({ repository: 'b', currency: 'XXX' }, 0n, { unpricedMs: 1000 }),
    ]
    const { rows, total, notes } = reportOf('repository', { costs })
    expect(rows.map(({ key, costs: sums }) => [key, sums.map(({ currency, total: all }) => [currency, all])])).toEqual([
      [
        'a',
        [
          ['EUR', '2'],
          ['USD', '1'],
        ],
      ],
      ['b', []],
    ])
    expect(total.unpricedMs).toBe(1000)
    expect(notes).toEqual([expect.stringMatching(/no known price/), expect.stringMatching(/several currencies/)])
  })

  it('has a mean of the jobs that have a price in the currency, and of no other', () => {
    const costs = [
      charge({ repository: 'a' }, 11n, { jobs: 2 }),
      charge({ repository: 'a', currency: 'EUR' }, 9n, { jobs: 1 }),
      charge({ repository: 'a', currency: 'XXX' }, 0n, { jobs: 4, unpricedMs: 1000 }),
      charge({ kind: 'idle', currency: 'GBP' }, 3n),
    ]
    expect(reportOf('repository', { costs }).total.costs.map(({ currency, perJob }) => [currency, perJob])).toEqual([
      ['EUR', '9'],
      ['GBP', undefined],
      ['USD', '5'],
    ])
  })

  it('has days in their order, and a job in the line of each label', () => {
    const days = [charge({ day: 3 * day }, 9n), charge({ day }, 1n)]
    expect(reportOf('day', { costs: days }).rows.map(({ key }) => key)).toEqual(['1970-01-02', '1970-01-04'])
    const labels = reportOf('label', { costs: [charge({ labels: 'gpu,linux' }, 8n)] })
    expect(labels.rows.map(({ key, costs: [sum] }) => [key, sum?.total])).toEqual([
      ['gpu', '8'],
      ['linux', '8'],
    ])
    expect(labels.total.costs[0]?.total).toBe('8')
    expect(labels.notes[0]).toMatch(/each of its labels/)
  })

  it('sums what jobs would have cost otherwise by line', () => {
    const comparer: Comparer = {
      cost: ({ jobs }) => ({ with: 'vm-per-job', amounts: [{ currency: 'USD', nanos: '7' }], jobs, jobsMissing: 0 }),
      summary: () => ({ with: 'vm-per-job', how: '', atLeast: false, missing: [] }),
    }
    const runs = [run({ repository: 'a', pool: 'x' }), run({ repository: 'a', pool: 'y' }), run({ repository: 'b' })]
    const { rows, total } = reportOf('repository', { runs, comparers: [comparer] })
    expect(rows.map(({ compared: [all] }) => all?.amounts[0]?.nanos)).toEqual(['14', '7'])
    expect(total.compared).toEqual([
      { with: 'vm-per-job', amounts: [{ currency: 'USD', nanos: '21' }], jobs: 3, jobsMissing: 0 },
    ])
  })
})

const anyRow = fc.record({
  keys: fc.record(
    {
      kind: fc.constantFrom('job', ...wasteKinds),
      currency: fc.constantFrom('USD', 'EUR'),
      repository: fc.constantFrom('acme/a', 'acme/pay-x', 'z/z'),
      workflow: fc.constantFrom('', 'CI'),
      name: fc.constantFrom('t', 'u'),
      pool: fc.constantFrom('p', 'q'),
      fleet: fc.constantFrom('f', 'g'),
      labels: fc.constantFrom('', 'one'),
      day: fc.constantFrom(0, day),
    },
    { requiredKeys: ['kind', 'currency', 'day'] },
  ),
  nanos: fc.bigInt({ min: 0n, max: 10n ** 30n }),
  ms: fc.nat(),
  unpricedMs: fc.nat(),
  jobs: fc.nat(3),
})

test.each(costGroups)('by %s, jobs and waste sum to the total, exactly, and lines to what they are of', (by) => {
  fc.assert(
    fc.property(fc.array(anyRow), (costs) => {
      const { rows, total } = reportOf(by, { costs })
      for (const currency of ['USD', 'EUR']) {
        const all = costs.filter(({ keys }) => keys.currency === currency)
        const sum = (of: (kind: string) => boolean) =>
          all.reduce((nanos, row) => (of(row.keys.kind) ? nanos + row.nanos : nanos), 0n)
        const of = (line: (typeof rows)[number]) => line.costs.find((one) => one.currency === currency)
        const told = of(total)
        expect(BigInt(told?.total ?? 0)).toBe(sum(() => true))
        expect(BigInt(told?.jobs ?? 0) + BigInt(told?.waste ?? 0)).toBe(BigInt(told?.total ?? 0))
        expect(Object.values(told?.wasteBy ?? {}).reduce((nanos, more) => nanos + BigInt(more), 0n)).toBe(
          BigInt(told?.waste ?? 0),
        )
        const lines = rows.reduce((nanos, line) => nanos + BigInt(of(line)?.total ?? 0), 0n)
        expect(lines).toBe(groupingOf(by, teams).hasWaste ? sum(() => true) : sum((kind) => kind === 'job'))
      }
    }),
    { numRuns: 60 },
  )
})
