import { expect, it } from 'vitest'
import { Conflict } from '../../src/domain/errors.ts'
import type { CostColumn, CostRow, RunColumn } from '../../src/domain/costs/ledger.ts'
import type { Store } from '../../src/domain/ports/store.ts'
import { aCharge, aJobRun, charges, jobRun } from './store-samples.ts'

const day = 86_400_000
const always = { since: 0, until: 1000 * day }

/** What every store must do with charges, meters and runs of jobs. */
export function ledgerContract(store: () => Store): void {
  chargeContract(store)
  meterContract(store)
  costContract(store)
  runContract(store)
  forgetContract(store)
}

async function costs(store: Store, by: readonly CostColumn[], over: object = {}): Promise<CostRow[]> {
  return sorted(await store.costs({ by, ...always, ...over }))
}

function sorted<Row extends object>(rows: readonly Row[]): Row[] {
  const text = (row: Row) =>
    JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

function chargeContract(store: () => Store): void {
  it('adds up what comes for one machine, day, currency, kind, job and pool', async () => {
    await store().commit([
      charges(null, 10, aCharge({ nanos: 2n, ms: 5, unpricedMs: 1 }), aCharge({ nanos: 3n, ms: 6 })),
    ])
    await store().commit([charges(10, 20, aCharge({ nanos: 4n, ms: 7, unpricedMs: 2 }))])
    expect(await costs(store(), [])).toStrictEqual([{ keys: {}, nanos: 9n, ms: 18, unpricedMs: 3, jobs: 0 }])
  })

  it('keeps apart what differs in one of them', async () => {
    const differing = [
      aCharge(),
      aCharge({ day: day }),
      aCharge({ currency: 'EUR' }),
      aCharge({ kind: 'warm' }),
      aCharge({ pool: 'linux' }),
      aCharge({ kind: 'job', job: aJobRun().job, pool: 'linux' }),
    ]
    await store().commit([jobRun(), charges(null, 10, ...differing)])
    await store().commit([charges(10, 20, ...differing)])
    const rows = await costs(store(), ['machine', 'day', 'currency', 'kind', 'job', 'pool'])
    expect(rows).toHaveLength(differing.length)
    expect(rows.every(({ nanos, ms }) => nanos === 2000n && ms === 200)).toBe(true)
  })

  it('keeps amounts exactly that no number holds', async () => {
    const nanos = 2n ** 62n - 1n
    await store().commit([charges(null, 10, aCharge({ nanos }), aCharge({ day, nanos }))])
    expect((await costs(store(), ['day'])).map((row) => row.nanos)).toStrictEqual([nanos, nanos])
    expect(await costs(store(), [])).toMatchObject([{ nanos: 2n ** 63n - 2n }])
  })

  it('refuses charges of a job whose run it does not know, with all of their batch', async () => {
    const charge = aCharge({ kind: 'job', job: 'github/none/1', pool: 'linux' })
    await expect(store().commit([charges(null, 10, aCharge(), charge)])).rejects.toThrow(Conflict)
    expect(await costs(store(), [])).toStrictEqual([])
    expect(await store().meters()).toStrictEqual(new Map())
  })
}

function meterContract(store: () => Store): void {
  it('charges no span twice: who saw another moment is refused', async () => {
    await store().commit([charges(null, 10, aCharge())])
    for (const from of [null, 9, 11])
      await expect(store().commit([charges(from, 20, aCharge())])).rejects.toThrow(/meter of machine m1/)
    expect(await costs(store(), [])).toMatchObject([{ nanos: 1000n }])
    expect(await store().meters()).toStrictEqual(new Map([['m1', 10]]))
  })

  it('forgets the meter of a machine that is charged to its end', async () => {
    await store().commit([charges(null, 10, aCharge()), charges(null, 5, aCharge({ machine: 'm2' }))])
    await store().commit([charges(10, null, aCharge())])
    expect(await store().meters()).toStrictEqual(new Map([['m2', 5]]))
    await expect(store().commit([charges(10, null, aCharge())])).rejects.toThrow(Conflict)
  })

  it('takes the whole life of a machine at once, and a meter that moves without a charge', async () => {
    await store().commit([charges(null, null, aCharge({ nanos: 7n }))])
    await store().commit([{ kind: 'charges', charges: [], meter: { machine: 'm2', from: null, until: 100 } }])
    await store().commit([{ kind: 'charges', charges: [], meter: { machine: 'm2', from: 100, until: 40 } }])
    expect(await store().meters()).toStrictEqual(new Map([['m2', 40]]))
    expect(await costs(store(), [])).toMatchObject([{ nanos: 7n }])
  })
}

function costContract(store: () => Store): void {
  const jobs = [
    aJobRun({ job: 'a', repository: 'acme/x', labels: ['arm', 'linux'] }),
    aJobRun({ job: 'b', repository: 'acme/x', machine: 'm2' }),
    aJobRun({ job: 'c', repository: 'acme/y', source: 'jenkins', pool: 'large' }),
  ]
  const filled = async () => {
    await store().commit([
      ...jobs.map((run) => jobRun(run)),
      charges(
        null,
        10,
        aCharge({ nanos: 1n, day: 2 * day }),
        aCharge({ kind: 'job', job: 'a', pool: 'linux', nanos: 10n, day: 2 * day }),
        aCharge({ kind: 'job', job: 'a', pool: 'linux', nanos: 20n, day: 3 * day }),
        aCharge({ kind: 'job', job: 'c', pool: 'large', nanos: 40n, day: 4 * day, unpricedMs: 100 }),
      ),
      charges(
        null,
        10,
        aCharge({ kind: 'job', job: 'b', pool: 'linux', nanos: 80n, machine: 'm2', fleet: 'spot', day }),
      ),
    ])
    return store()
  }

  it('sums by what is asked for; waste has no repository, and a job counts once', async () => {
    expect(await costs(await filled(), ['repository'])).toStrictEqual([
      { keys: { repository: 'acme/x' }, nanos: 110n, ms: 300, unpricedMs: 0, jobs: 2 },
      { keys: { repository: 'acme/y' }, nanos: 40n, ms: 100, unpricedMs: 100, jobs: 1 },
      { keys: {}, nanos: 1n, ms: 100, unpricedMs: 0, jobs: 0 },
    ])
    const days = await costs(store(), ['day', 'job'])
    expect(days.map(({ keys, jobs: count }) => [keys.day, keys.job, count])).toStrictEqual([
      [172_800_000, 'a', 1],
      [172_800_000, undefined, 0],
      [259_200_000, 'a', 0],
      [345_600_000, 'c', 1],
      [86_400_000, 'b', 1],
    ])
    expect(await costs(store(), ['source', 'workflow', 'name', 'labels', 'pool', 'fleet'], { job: 'a' })).toStrictEqual(
      [
        {
          keys: {
            source: 'github',
            workflow: 'CI',
            name: aJobRun().name,
            labels: 'arm,linux',
            pool: 'linux',
            fleet: 'cloud',
          },
          nanos: 30n,
          ms: 200,
          unpricedMs: 0,
          jobs: 1,
        },
      ],
    )
  })

  it('looks at whole days, and only at what is asked for', async () => {
    await filled()
    const nanos = async (over: object) => (await costs(store(), [], over)).map((row) => row.nanos)
    expect(await nanos({ since: 2 * day + 5, until: 3 * day })).toStrictEqual([11n])
    expect(await nanos({ since: 2 * day, until: 3 * day + 1 })).toStrictEqual([31n])
    expect(await nanos({ since: 5 * day })).toStrictEqual([])
    expect(await nanos({ since: -Infinity, until: Infinity })).toStrictEqual([151n])
    expect(await nanos({ machine: 'm2' })).toStrictEqual([80n])
    expect(await nanos({ job: 'a' })).toStrictEqual([30n])
    expect(await nanos({ job: 'a', until: 3 * day })).toStrictEqual([10n])
    expect(await nanos({ job: 'none' })).toStrictEqual([])
    expect(await nanos({ repository: 'acme/x', pool: 'linux', fleet: 'cloud' })).toStrictEqual([30n])
    expect(await nanos({ pool: 'large' })).toStrictEqual([40n])
    const kinds = await costs(store(), ['kind'], {})
    for (const { keys, nanos: all } of kinds) expect(await nanos({ kind: keys.kind })).toStrictEqual([all])
    expect(kinds.length).toBeGreaterThan(1)
  })
}

function runContract(store: () => Store): void {
  const by: RunColumn[] = ['repository']

  it('tells the jobs that are not known to be done', async () => {
    await store().commit([jobRun(), jobRun({ job: 'b', labels: [] }), jobRun({ job: 'c', doneAt: 5000 })])
    await store().commit([jobRun({ doneAt: 9000, conclusion: 'success' })])
    expect(await store().openRuns()).toStrictEqual([aJobRun({ job: 'b', labels: [] })])
  })

  it('counts a job on the day that it ended, once it has', async () => {
    const run = { queuedAt: day - 5000, startedAt: day - 2000 }
    await store().commit([jobRun(run)])
    expect(await store().runs({ by, ...always })).toStrictEqual([])
    await store().commit([jobRun({ ...run, doneAt: day + 58_001, conclusion: 'success' })])
    const expected = { keys: { repository: 'acme/widgets' }, jobs: 1, runMs: 60_001, minutes: 2, waitMs: 3000 }
    expect(await store().runs({ by, ...always })).toStrictEqual([expected])
    expect(await store().runs({ by, since: 0, until: day })).toStrictEqual([])
    expect(await store().runs({ by, since: day, until: day + 1 })).toStrictEqual([expected])
  })

  it('sums over jobs, by what they were given too, and over none', async () => {
    expect(await store().runs({ by: [], ...always })).toStrictEqual([])
    const over = { queuedAt: 2000, startedAt: 1000 }
    await store().commit([
      jobRun({ ...over, job: 'a', doneAt: 61_000 }),
      jobRun({ ...over, job: 'b', doneAt: 61_001, milliCpu: 4000, machine: 'm2', fleet: 'spot', pool: 'large' }),
      jobRun({ ...over, job: 'c', doneAt: 1000, repository: 'acme/y' }),
      jobRun({ ...over, job: 'd', doneAt: 500, repository: 'acme/y' }),
    ])
    const sums = async (columns: RunColumn[], filters: object = {}) =>
      sorted(await store().runs({ by: columns, ...always, ...filters }))
    expect(await sums([])).toStrictEqual([{ keys: {}, jobs: 4, runMs: 120_001, minutes: 3, waitMs: 0 }])
    expect(await sums(['milliCpu', 'memory', 'labels', 'day'], { repository: 'acme/widgets' })).toStrictEqual([
      {
        keys: { milliCpu: 2000, memory: 2 ** 32, labels: 'linux,x64', day: 0 },
        jobs: 1,
        runMs: 60_000,
        minutes: 1,
        waitMs: 0,
      },
      {
        keys: { milliCpu: 4000, memory: 2 ** 32, labels: 'linux,x64', day: 0 },
        jobs: 1,
        runMs: 60_001,
        minutes: 2,
        waitMs: 0,
      },
    ])
    for (const filter of [{ machine: 'm2' }, { fleet: 'spot' }, { pool: 'large' }, { job: 'b' }])
      expect(await sums(['job'], filter)).toMatchObject([{ keys: { job: 'b' }, runMs: 60_001 }])
  })
}

function forgetContract(store: () => Store): void {
  it('forgets whole days that are over, a job with the last of its days', async () => {
    await store().commit([
      jobRun({ job: 'old', doneAt: 3 * day - 1 }),
      jobRun({ job: 'long', doneAt: 3 * day, name: 'another' }),
      jobRun({ job: 'runs' }),
      charges(
        null,
        10,
        aCharge({ day: day }),
        ...['old', 'long', 'runs'].map((job) => aCharge({ day: 2 * day, kind: 'job', job })),
        aCharge({ day: 3 * day, kind: 'job', job: 'long' }),
      ),
    ])
    expect(await store().prune('ledger', 2 * day - 1, 10)).toBe(0)
    expect(await store().prune('ledger', 4 * day - 1, 2)).toBe(3)
    expect(await store().prune('ledger', 4 * day - 1, 10)).toBe(2)
    expect(await store().prune('ledger', 4 * day - 1, 10)).toBe(0)
    expect(await costs(store(), ['day', 'job'])).toMatchObject([{ keys: { day: 3 * day, job: 'long' } }])
    expect(await store().runs({ by: ['job'], ...always })).toMatchObject([{ keys: { job: 'long' } }])
    expect(await store().meters()).toStrictEqual(new Map([['m1', 10]]))
  })
}
