import { describe, expect, it } from 'vitest'
import { createCliFake } from '../../../test/fakes/cli.ts'
import type { Status, WaitGroup } from '../client/types.ts'
import { problemsOf } from './problems.ts'
import { createScreen } from './screen.ts'
import { showStatus } from './status-screen.ts'

const NOW = 1_700_000_000_000
const MINUTE = 60_000

const well: Status = {
  version: '1.2.3',
  owner: 'acme',
  startedAt: NOW - 90 * MINUTE,
  jobs: { waiting: 0, queued: 0, running: 2, done: 7 },
  pools: [{ name: 'linux', queued: 0, agents: { running: 2, idle: 1, gone: 9 }, standby: 1, limit: 10 }],
  machines: { ready: 2 },
  scopes: [{ source: 'gh', name: 'acme' }],
  backoffs: [],
  waits: [],
  staleness: { gh: NOW - MINUTE },
  problems: [],
  budgets: [],
}

const aBudget = (state: string) => ({
  name: 'pool linux, a day',
  limit: { currency: 'USD', nanos: '10000000000' },
  spent: { currency: 'USD', nanos: '9000000000' },
  hold: true,
  renewsAt: NOW + 60 * MINUTE,
  unpricedMs: 60 * MINUTE,
  state,
})

const wait = (code: string, reason: string, count = 1): WaitGroup => ({
  source: 'gh',
  scope: 'acme',
  requirement: { kind: 'all', labels: ['linux'] },
  code,
  count,
  reason,
  next: 'an agent ends',
  etaMs: 125_000,
})

describe('problems of a status', () => {
  it('are none when all is well', () => expect(problemsOf(well, NOW)).toEqual([]))

  it.each<[string, Partial<Status>, string, RegExp]>([
    [
      'a broken pool',
      { pools: [{ ...well.pools[0]!, broken: '5 agents never registered' }] },
      'pool linux',
      /never registered/,
    ],
    ['a store that takes no writes', { problems: ['disk full'] }, 'the service', /disk full/],
    [
      'a budget that is nearly spent',
      { budgets: [aBudget('warned')] },
      'budget for pool linux, a day',
      /^9\.00 USD of 10\.00 USD are spent, and 1h of machine time without a price; it renews at/,
    ],
    [
      'a budget that holds agents',
      { budgets: [aBudget('spent')] },
      'budget for pool linux, a day',
      /; new agents are held; it renews/,
    ],
    ['an unreachable machine', { machines: { ready: 1, unreachable: 1 } }, 'machines', /1 unreachable/],
    ['no machine at all', { machines: { gone: 3 } }, 'machines', /none that agents could run on/],
    [
      'a scope that can not be used',
      { scopes: [{ source: 'gh', name: 'acme', problem: 'too wide' }] },
      'scope acme of gh',
      /too wide/,
    ],
    [
      'something that fails again and again',
      { backoffs: [{ target: 'image:m1/agent', failures: 3, until: NOW + 20_000, error: 'no such image' }] },
      'image:m1/agent',
      /no such image \(failed 3 times, next try in 20s\)/,
    ],
    ['a queue that is not read', { staleness: { gh: NOW - 11 * MINUTE } }, 'source gh', /11m ago/],
    [
      'jobs that nothing will start',
      { waits: [wait('unserved', 'no pool has gpu', 3)] },
      '3 jobs of acme',
      /no pool has gpu/,
    ],
  ])('%s', (_what, changes, about, words) => {
    expect(problemsOf({ ...well, ...changes }, NOW)).toEqual([{ about, problem: expect.stringMatching(words) }])
  })

  it('are not budgets that are kept', () => {
    expect(problemsOf({ ...well, budgets: [aBudget('within')] }, NOW)).toEqual([])
  })

  it('are not the jobs that wait their turn', () => {
    expect(problemsOf({ ...well, waits: [wait('pool-limit', 'the limit of 10 agents')] }, NOW)).toEqual([])
  })
})

describe('the status screen', () => {
  function shown(status: Status, options: { isTty?: boolean; env?: Record<string, string> } = {}): string {
    const cli = createCliFake(options)
    const view = { problems: problemsOf(status, NOW), url: 'http://127.0.0.1:8081', now: NOW }
    showStatus(createScreen(cli.io), status, view)
    return cli.out()
  }

  it('says first whether all is well', () => {
    expect(shown(well)).toMatch(
      /^Slipway acme 1\.2\.3, up 1h30m, http:\/\/127\.0\.0\.1:8081\n✔ all is well · 0 jobs queued, 2 running · 3 agents/,
    )
    expect(shown({ ...well, machines: { failed: 1 } })).toMatch(/^.*\n✘ 2 problems/)
  })

  it('shows agents by what they do, against the limit', () => {
    expect(shown(well)).toMatch(/^linux +0 +0 +1 +2 +0 +1 +3\/10 ███░+/m)
  })

  it('shows what waits, why, and what comes next, the most jobs first', () => {
    const text = shown({
      ...well,
      waits: [wait('pool-limit', 'a small reason'), wait('machine-full', 'a large reason', 8)],
    })
    expect(text).toMatch(/8 jobs of acme for linux: a large reason\n +next: an agent ends\n +1 job of/)
  })

  it('cuts a long tail of groups, and says so', () => {
    const waits = Array.from({ length: 15 }, (_, index) => wait('pool-limit', `reason ${index}`))
    expect(shown({ ...well, waits })).toMatch(/and 3 more groups/)
  })

  it('is coloured on a terminal only, and never against NO_COLOR', () => {
    const escape = '\u001B['
    expect(shown(well, { isTty: true })).toContain(escape)
    expect(shown(well)).not.toContain(escape)
    expect(shown(well, { isTty: true, env: { NO_COLOR: '1' } })).not.toContain(escape)
  })
})
