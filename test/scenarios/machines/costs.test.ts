import { describe, expect, test } from 'vitest'
import { costGroups } from '../../../src/domain/costs/report.ts'
import { noCostSettings } from '../../../src/domain/costs/settings.ts'
import { costBetween } from '../../../src/domain/money.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { anOffer } from '../../fakes/cloud.ts'
import { openCloudBench } from '../../fakes/elastic.ts'
import { minute } from '../../fakes/pushed.ts'
import { anElasticFleet } from '../../fakes/ports.ts'
import type { Bench, BenchOptions } from '../../fakes/service.ts'

const noon = Date.UTC(2026, 0, 5, 12)
const gib = 2 ** 30
const hosted = {
  os: 'linux',
  milliCpu: 64_000,
  memory: 256 * gib,
  price: { nanos: 6_000_000n, currency: 'USD' },
} as const
const costs = {
  ...noCostSettings,
  teams: [{ name: 'web', repositories: ['acme/a'] }],
  compare: { githubHosted: { asOf: '2026-01-01', perMinute: [hosted] }, vmPerJob: {} },
}

async function openCostBench(options: BenchOptions = {}): Promise<Bench> {
  const fleets = [anElasticFleet({}, { idleTimeoutMs: 2 * minute })]
  return openCloudBench({ clock: createFakeClock(noon), costs, fleets, ...options })
}

/** Jobs of two repositories; then nothing, until all machines are gone. */
async function work(bench: Bench): Promise<void> {
  for (const repository of ['acme/a', 'acme/a', 'acme/b'])
    bench.world.submit({ repository, labels: ['linux'], durationMs: 90_000 })
  await bench.run(10 * minute, 5000)
  expect(bench.context.state.machines.size).toBe(0)
}

const today = { since: noon, until: noon }

describe('what jobs and machines have cost', () => {
  test('sums to what the machines cost, whatever it is told by', async () => {
    const bench = await openCostBench()
    await work(bench)
    const machines = new Set(
      (await bench.store.costs({ by: ['machine'], since: noon, until: noon + 1 })).map(({ keys }) =>
        String(keys.machine),
      ),
    )
    const lives = await Promise.all([...machines].map((key) => bench.store.get('machine', key)))
    const paid = lives.reduce((sum, life) => {
      const { prices = [], acceptedAt = 0, goneAt = 0 } = life?.made ?? {}
      return sum + (costBetween(prices, acceptedAt, goneAt) ?? 0n)
    }, 0n)
    expect(paid).toBeGreaterThan(0n)
    for (const by of costGroups) {
      const { total } = await bench.operations.cost({ by, ...today })
      expect(total).toMatchObject({ jobs: 3, runMs: 270_000, costs: [{ currency: 'USD', total: String(paid) }] })
    }
    const { rows } = await bench.operations.cost({ by: 'team', ...today })
    expect(rows.map(({ key, jobs }) => [key, jobs])).toEqual([
      ['web', 2],
      ['none', 1],
    ])
  })

  test('is compared with hosted runners and with a machine for each of the same jobs', async () => {
    const bench = await openCostBench()
    await work(bench)
    const { total, comparisons } = await bench.operations.cost({ by: 'repository', ...today })
    const [github, vms] = total.compared
    // Three times 90 s are six minutes that were begun.
    expect(github).toEqual({
      with: 'github-hosted',
      amounts: [{ currency: 'USD', nanos: '36000000' }],
      jobs: 3,
      jobsMissing: 0,
    })
    const perHour = 360_000_000n
    expect(BigInt(vms?.amounts[0]?.nanos ?? 0)).toBeGreaterThan((perHour * 270_000n) / 3_600_000n)
    expect(comparisons).toMatchObject([
      { asOf: '2026-01-01', atLeast: false },
      { atLeast: false, missing: [] },
    ])
  })

  test('is told by each job and each machine', async () => {
    const bench = await openCostBench()
    await work(bench)
    const { jobs } = await bench.operations.jobs({ limit: 10 })
    const own = await Promise.all(jobs.map(({ key }) => bench.operations.jobCost(key)))
    const { total } = await bench.operations.cost({ by: 'job', ...today })
    const sum = own.reduce((nanos, cost) => nanos + BigInt(cost?.amounts[0]?.nanos ?? 0), 0n)
    expect(String(sum)).toBe(total.costs[0]?.jobs)
    expect(own.map((cost) => cost?.complete)).toEqual([true, true, true])
    const explained = await bench.operations.explain(jobs[0]?.key ?? '')
    expect(explained?.words.at(-1)).toMatch(
      /^It has cost 0\.00\d+ USD in all, on machine \w+; the machine has cost 0\.0\d+ USD with all that ran on it\.$/,
    )
    const machine = await bench.operations.machine(own[0]?.machine ?? '')
    expect(machine?.costs).toMatchObject([
      { currency: 'USD', wasteBy: { boot: expect.any(String), idle: expect.any(String) } },
    ])
  })

  test('is missing where the price is, and never nothing', async () => {
    const bench = await openCostBench()
    bench.cloud.offers = [anOffer({ price: undefined })]
    await bench.run(6 * minute, 5000)
    await work(bench)
    const { total, comparisons, prices, notes } = await bench.operations.cost({ by: 'repository', ...today })
    expect(total.costs).toEqual([])
    expect(total.unpricedMs).toBe(total.jobMs + total.wasteMs)
    expect(total.unpricedMs).toBeGreaterThan(270_000 / 8)
    expect(comparisons[1]?.missing).toEqual([expect.stringMatching(/nobody knows the price .* \(3 jobs\)/)])
    expect(prices).toEqual([{ fleet: 'cloud', stale: false, missing: ['d8'] }])
    expect(notes).toContain('some machine time has no known price: costs are at least what is said')
    const { jobs } = await bench.operations.jobs({ limit: 1 })
    const explained = await bench.operations.explain(jobs[0]?.key ?? '')
    expect(explained?.words.at(-1)).toMatch(
      /^It has cost an amount that nobody knows in all \(\d+s of machine time without a price\)/,
    )
  })

  test('refuses a time that ends before it begins', async () => {
    const bench = await openCostBench()
    await expect(bench.operations.cost({ by: 'day', since: noon, until: noon - 1 })).rejects.toThrow(
      'ends before it begins',
    )
  })
})
