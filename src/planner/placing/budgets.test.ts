import { describe, expect, test } from 'vitest'
import { aPool } from '../../../test/fakes/ports.ts'
import { aJob, aSnapshot, anAgent, now, type Scene } from '../../../test/fakes/records.ts'
import type { Budget, BudgetStatus, BudgetTarget } from '../../domain/costs/budget.ts'
import { plan } from '../plan.ts'

const usd = (units: number) => ({ nanos: BigInt(units) * 1_000_000_000n, currency: 'USD' })

function aStatus(target: BudgetTarget, patch: Partial<BudgetStatus> = {}, budget: Partial<Budget> = {}): BudgetStatus {
  return {
    budget: {
      name: `${target.kind} ${target.name}, a day`,
      target,
      limit: usd(10),
      period: 'day',
      warnAt: 0.8,
      hold: true,
      ...budget,
    },
    from: now - 3_600_000,
    renewsAt: now + 7_200_000,
    spentNanos: usd(11).nanos,
    unpricedMs: 0,
    otherCurrencies: [],
    state: 'spent',
    ...patch,
  }
}

const a = aJob({ key: 'github/1/1', repository: 'acme/a' })
const b = aJob({ key: 'github/2/1', repository: 'acme/b' })
const pools = [aPool({ name: 'linux' })]
const teams = [
  { name: 'first', repositories: ['acme/a'] },
  { name: 'second', repositories: ['acme/*'] },
]
const pool: BudgetTarget = { kind: 'pool', name: 'linux' }

function planOf(budgets: readonly BudgetStatus[], scene: Scene = {}) {
  const planned = plan(aSnapshot({ pools, jobs: [a, b], budgets, ...scene }), now)
  const held = planned.waits.filter(({ code }) => code === 'budget')
  return {
    started: planned.actions.filter(({ kind }) => kind === 'start-agent').length,
    held: held.reduce((sum, { count }) => sum + count, 0),
    wait: held[0],
  }
}

describe('a budget that holds', () => {
  const cases: [string, BudgetStatus[], number][] = [
    ['of the pool holds all its jobs', [aStatus(pool)], 2],
    ['of another pool holds none', [aStatus({ kind: 'pool', name: 'other' })], 0],
    ['of a repository holds its jobs', [aStatus({ kind: 'repository', name: 'acme/a' })], 1],
    ['of a pattern holds what it matches', [aStatus({ kind: 'repository', name: 'ACME/*' })], 2],
    ['of a team holds its jobs', [aStatus({ kind: 'team', name: 'first', teams })], 1],
    ['of a later team leaves what an earlier one has', [aStatus({ kind: 'team', name: 'second', teams })], 1],
    ['is one of several', [aStatus(pool, { state: 'warned' }), aStatus({ kind: 'repository', name: 'acme/b' })], 1],
    ['holds nothing before it is spent', [aStatus(pool, { state: 'warned' })], 0],
    ['holds nothing once its period is over', [aStatus(pool, { renewsAt: now })], 0],
    ['holds nothing if it is only to warn', [aStatus(pool, {}, { hold: false })], 0],
  ]
  test.each(cases)('%s', (_what, budgets, held) => {
    expect(planOf(budgets)).toMatchObject({ held, started: 2 - held })
  })

  test('says which, what was spent of what, and when it renews', () => {
    const { wait } = planOf([aStatus(pool, { unpricedMs: 10_800_000 })])
    expect(wait).toMatchObject({
      pool: 'linux',
      reason:
        'the budget for pool linux, a day, is spent: 11.00 USD of 10.00 USD, and 3h of machine time without a price',
      next: expect.stringMatching(/^agents are started again when it renews, at \d{4}-\d\d-\d\d \d\d:\d\d UTC/),
      etaMs: 7_200_000,
    })
  })

  test('keeps no warm agents nor standby containers, and ends nobody that runs', () => {
    const warm = [aPool({ name: 'linux', warm: { agents: 2, standby: 2 } })]
    const running = anAgent({ key: 'busy', state: 'running', job: a.key, pool: 'linux' })
    const { actions } = plan(aSnapshot({ pools: warm, agents: [running], budgets: [aStatus(pool)] }), now)
    expect(actions).toEqual([])
  })

  test('leaves agents that come to jobs that are not held', () => {
    const coming = anAgent({ key: 'new', state: 'requested', pool: 'linux' })
    const { held, started } = planOf([aStatus({ kind: 'repository', name: 'acme/a' })], { agents: [coming] })
    expect({ held, started }).toEqual({ held: 1, started: 0 })
  })
})
