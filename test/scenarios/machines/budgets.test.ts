import { describe, expect, test } from 'vitest'
import type { Budget } from '../../../src/domain/costs/budget.ts'
import { noCostSettings, type CostSettings } from '../../../src/domain/costs/settings.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { openCloudBench } from '../../fakes/elastic.ts'
import { minute } from '../../fakes/pushed.ts'
import type { Bench } from '../../fakes/service.ts'

const evening = Date.UTC(2026, 0, 5, 23, 10)
const hour = 60 * minute

function costsWith(patch: Partial<Budget>): CostSettings {
  const limit = { nanos: 15_000_000n, currency: 'USD' }
  const target = { kind: 'repository', name: 'acme/a' } as const
  const budget: Budget = { name: 'a day of a', target, limit, period: 'day', warnAt: 0.5, hold: true, ...patch }
  return { ...noCostSettings, budgets: [budget] }
}

async function openBudgetBench(patch: Partial<Budget> = {}): Promise<Bench> {
  return openCloudBench({ clock: createFakeClock(evening), costs: costsWith(patch) })
}

const longJob = { repository: 'acme/a', labels: ['linux'], durationMs: 45 * minute }

/** Until the budget stands so; fails if that takes an hour. */
async function runUntil(bench: Bench, state: 'warned' | 'spent'): Promise<void> {
  for (let passed = 0; passed < hour && bench.context.known.budgets[0]?.state !== state; passed += minute)
    await bench.run(minute, 20_000)
  expect(bench.context.known.budgets[0]?.state).toBe(state)
}

async function told(bench: Bench): Promise<string[]> {
  const entries = await bench.store.journal({ subject: 'budget:a day of a', limit: 100 })
  return entries.map(({ kind }) => kind).toReversed()
}

async function waitsOf(bench: Bench): Promise<string[]> {
  return (await bench.operations.status()).waits.map(({ code }) => code)
}

describe('a budget', () => {
  test(
    'warns, holds new agents when it is spent, and lets what runs go on; at midnight it renews',
    { timeout: 20_000 },
    async () => {
      const bench = await openBudgetBench()
      const running = bench.world.submit(longJob)
      await bench.run(2 * minute)
      expect(running.state).toBe('running')
      await runUntil(bench, 'warned')
      expect(await told(bench)).toEqual(['budget-warned'])
      await runUntil(bench, 'spent')
      expect(running.state).toBe('running')

      const held = bench.world.submit({ ...longJob, durationMs: minute })
      const other = bench.world.submit({ ...longJob, repository: 'acme/b', durationMs: minute })
      await bench.run(5 * minute, 10_000)
      // With `free` binding nobody can say which job an agent takes: one was started, for the repository that may.
      expect([held.state, other.state].sort()).toEqual(['done', 'queued'])
      expect(await waitsOf(bench)).toEqual(['budget'])
      const { budgets } = await bench.operations.status()
      expect(budgets).toMatchObject([
        { name: 'a day of a', state: 'spent', hold: true, renewsAt: Date.UTC(2026, 0, 6) },
      ])
      const explained = await bench.operations.explain(
        [...bench.context.state.jobs.values()].find(({ state }) => state === 'queued')?.key ?? '',
      )
      expect(explained?.words.join(' ')).toMatch(
        /budget for a day of a, is spent: 0\.\d\d USD of 0\.02 USD; agents are started again/,
      )

      await bench.run(Date.UTC(2026, 0, 6) - bench.clock.wall() - minute, 30_000)
      expect(await waitsOf(bench)).toEqual(['budget'])
      await bench.run(10 * minute, 30_000)
      expect([held.state, other.state]).toEqual(['done', 'done'])
      expect([running.state, running.conclusion, running.begun]).toEqual(['done', 'success', 1])
      expect(await told(bench)).toEqual(['budget-warned', 'budget-spent'])
      expect(bench.world.violations).toEqual([])
    },
  )

  test('is remembered over a restart: nothing is started, and people are not told again', async () => {
    const bench = await openBudgetBench()
    bench.world.submit(longJob)
    await runUntil(bench, 'spent')
    await bench.crash()
    const held = bench.world.submit({ ...longJob, durationMs: minute })
    await bench.run(5 * minute, 10_000)
    expect(held.state).toBe('queued')
    expect(await told(bench)).toEqual(['budget-warned', 'budget-spent'])
  })

  test('that does not hold only warns', async () => {
    const bench = await openBudgetBench({ hold: false })
    bench.world.submit(longJob)
    await runUntil(bench, 'spent')
    const next = bench.world.submit({ ...longJob, durationMs: minute })
    await bench.run(5 * minute, 10_000)
    expect(next.state).toBe('done')
    expect(await told(bench)).toEqual(['budget-warned', 'budget-spent'])
  })

  test('with a higher limit lets agents start at once', async () => {
    const bench = await openBudgetBench()
    bench.world.submit(longJob)
    await runUntil(bench, 'spent')
    const held = bench.world.submit({ ...longJob, durationMs: minute })
    await bench.run(minute)
    expect(held.state).toBe('queued')
    bench.costs = costsWith({ limit: { nanos: 10n ** 12n, currency: 'USD' } })
    await bench.run(5 * minute, 10_000)
    expect(held.state).toBe('done')
    expect(bench.context.known.budgets[0]?.state).toBe('within')
  })

  test('counts what jobs cost since they were charged last, and no more than was charged in the end', async () => {
    const bench = await openBudgetBench({ limit: { nanos: 10n ** 12n, currency: 'USD' } })
    const job = bench.world.submit({ ...longJob, durationMs: 20 * minute })
    let most = 0n
    while (job.state !== 'done') {
      await bench.run(minute, 20_000)
      const spent = bench.context.known.budgets[0]?.spentNanos ?? 0n
      expect(spent).toBeGreaterThanOrEqual(most)
      most = spent
    }
    await bench.run(5 * minute, 10_000)
    const rows = await bench.store.costs({
      by: ['kind'],
      since: evening,
      until: evening + 24 * hour,
      repository: 'acme/a',
    })
    const charged = rows.reduce((sum, { nanos }) => sum + nanos, 0n)
    expect(bench.context.known.budgets[0]?.spentNanos).toBe(charged)
    expect(most).toBeLessThanOrEqual(charged)
    expect(charged).toBeGreaterThan(0n)
  })
})
