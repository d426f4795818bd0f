import { describe, expect, it, test } from 'vitest'
import { createFolder } from '../../../test/fakes/folder.ts'
import type { CostSettings } from '../../domain/costs/settings.ts'
import { loadConfig } from '../load.ts'

const base = `owner: acme-ci
sources: [{ kind: http, name: push }]
fleets: [{ name: local, provider: static, hosts: [{ name: here, url: 'unix:///run/docker.sock' }] }]
pools: [{ name: linux, serves: [{ source: push }], fleets: [local], image: agent }]
`

async function load(more: string) {
  using folder = createFolder()
  return await loadConfig(folder.write('slipway.yaml', base + more), {})
}

async function costsOf(more: string): Promise<CostSettings> {
  const loaded = await load(more)
  if (!loaded.ok) throw new Error(loaded.problems.map(({ path, reason }) => `${path}: ${reason}`).join('\n'))
  return loaded.config.costs
}

async function problemsOf(more: string): Promise<string[]> {
  const loaded = await load(more)
  return loaded.ok ? [] : loaded.problems.map(({ path, reason, nearest }) => `${path}: ${reason} (${nearest})`)
}

const teams = "teams: { web: { repositories: ['acme/web*'] }, all: { repositories: ['acme/*'] } }\n"

describe('costs in the configuration', () => {
  it('are compared by the list of GitHub as of its date where nothing is said, and with measured machines', async () => {
    const { compare, teams: none, budgets } = await costsOf('')
    expect([none, budgets, compare.vmPerJob, compare.githubHosted.asOf]).toEqual([[], [], {}, '2026-01-01'])
    const price = (os: string, milliCpu: number) =>
      compare.githubHosted.perMinute.find((runner) => runner.os === os && runner.milliCpu === milliCpu)
    expect(price('linux', 2000)).toMatchObject({ memory: 8 * 2 ** 30, price: { nanos: 6_000_000n, currency: 'USD' } })
    expect(price('windows', 96_000)).toMatchObject({ price: { nanos: 552_000_000n } })
  })

  it('keep teams in their order, and give a budget all of them', async () => {
    const settings = await costsOf(`${teams}budgets: [{ team: all, limit: 300 USD }]`)
    expect(settings.teams.map(({ name }) => name)).toEqual(['web', 'all'])
    expect(settings.budgets).toEqual([
      {
        name: 'team all, a month',
        target: { kind: 'team', name: 'all', teams: settings.teams },
        limit: { nanos: 300_000_000_000n, currency: 'USD' },
        period: 'month',
        warnAt: 0.8,
        hold: false,
      },
    ])
  })

  it('take times of machines and prices of runners of your own', async () => {
    const { compare } = await costsOf(`compare:
  githubHosted: { asOf: 2026-05-01, perMinute: [{ cpu: 2, memory: 7Gi, price: 0.004 EUR }] }
  vmPerJob: { boot: 2m, delete: 30s }`)
    expect(compare).toEqual({
      githubHosted: {
        asOf: '2026-05-01',
        perMinute: [
          { os: 'linux', milliCpu: 2000, memory: 7 * 2 ** 30, price: { nanos: 4_000_000n, currency: 'EUR' } },
        ],
      },
      vmPerJob: { bootMs: 120_000, deleteMs: 30_000 },
    })
  })

  it('warn of a budget whose period is longer than the ledger is kept', async () => {
    const more =
      'store: { retention: { ledger: 30d } }\nbudgets: [{ pool: linux, limit: 1 USD }, { pool: linux, limit: 1 USD, period: week }]'
    const { warnings } = await load(more)
    expect(warnings.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      'budgets[0].period: the ledger is kept for less than a month: what was spent before is forgotten',
    ])
  })

  test.each<[string, string, RegExp]>([
    [
      'a team that is not there',
      `${teams}budgets: [{ team: wbe, limit: 1 USD }]`,
      /^budgets\[0\]\.team: there is no team `wbe` \(web\)/,
    ],
    [
      'a pool that is not there',
      'budgets: [{ pool: lnux, limit: 1 USD }]',
      /^budgets\[0\]\.pool: there is no pool `lnux` \(linux\)/,
    ],
    ['a budget for nothing', 'budgets: [{ limit: 1 USD }]', /exactly one of `pool`, `repository` and `team`/],
    ['a budget for two', 'budgets: [{ pool: linux, repository: a/b, limit: 1 USD }]', /exactly one of/],
    [
      'one budget twice',
      'budgets: [{ pool: linux, limit: 1 USD }, { pool: linux, limit: 2 USD }]',
      /^budgets\[1\]: there is another budget for pool linux, a month, at budgets\[0\]/,
    ],
    [
      'a limit for a time',
      'budgets: [{ pool: linux, limit: 1 USD/day }]',
      /^budgets\[0\]\.limit: .*for example '300 USD'/,
    ],
    [
      'a share above one',
      'budgets: [{ pool: linux, limit: 1 USD, warnAt: 80 }]',
      /^budgets\[0\]\.warnAt: .*for example 0.8/,
    ],
    [
      'a period that is none',
      'budgets: [{ pool: linux, limit: 1 USD, period: weak }]',
      /^budgets\[0\]\.period: .*\(week\)/,
    ],
    [
      'an unknown key',
      `${teams}budgets: [{ pool: linux, limit: 1 USD, holds: true }]`,
      /^budgets\[0\]\.holds: .*\(hold\)/,
    ],
    [
      'an unknown key of a team',
      'teams: { web: { repositories: [a/b], repositores: [] } }',
      /^teams\.web\.repositores: .*\(repositories\)/,
    ],
    ['the team that is none', 'teams: { none: { repositories: [a/b] } }', /^teams\.none: `none` is what reports call/],
    [
      'a team in large letters',
      'teams: { Web: { repositories: [a/b] } }',
      /^teams\.Web: expected a name of small letters.*found `Web`/,
    ],
    [
      'a team without repositories',
      'teams: { web: { repositories: [] } }',
      /^teams\.web\.repositories: expected at least one/,
    ],
    [
      'a date that is none',
      "compare: { githubHosted: { asOf: 'May', perMinute: [{ cpu: 2, memory: 7Gi, price: 1 EUR }] } }",
      /asOf: expected a day, for example '2026-01-31'/,
    ],
  ])('refuse %s', async (_what, more, words) => {
    expect(await problemsOf(more)).toEqual([expect.stringMatching(words)])
  })
})
