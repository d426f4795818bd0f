import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { CostQuery, RunQuery } from '../../../domain/costs/ledger.ts'
import { costsQuery, pruneLedgerQueries, runsQuery } from './ledger-queries.ts'
import { migrate } from './migrations.ts'
import type { Query } from './query.ts'
import { prepareWrites } from './statements.ts'

/** How SQLite means to run it: what it searches by which index, and what it reads through. */
async function planOf({ source, values }: Query): Promise<string[]> {
  const database = new BetterSqlite3(':memory:')
  await migrate(database)
  const steps = database.prepare<[readonly unknown[]], { detail: string }>(`explain query plan ${source}`).all(values)
  database.close()
  return steps.map(({ detail }) => detail)
}

const day: Pick<CostQuery, 'since' | 'until'> = { since: 0, until: 86_400_000 }

it.each<[string, CostQuery, RegExp]>([
  ['one day, by repository', { by: ['repository'], ...day }, /SEARCH charge USING PRIMARY KEY \(day>\? AND day<\?\)/],
  ['one job', { by: ['kind'], ...day, job: 'j' }, /SEARCH charge USING INDEX charge_run \(run=\?/],
  [
    'one machine',
    { by: ['kind'], since: 0, until: 1e13, machine: 'm' },
    /SEARCH charge USING INDEX charge_machine \(machine=\?/,
  ],
])('costs of %s: reads only what it needs', async (_, query, expected) => {
  const plan = await planOf(costsQuery(query))
  expect(plan.some((step) => expected.test(step))).toBe(true)
  expect(plan.filter((step) => step.startsWith('SCAN'))).toStrictEqual([])
})

it.each<[string, RunQuery, RegExp]>([
  ['one day', { by: ['repository'], ...day }, /SEARCH run USING INDEX run_done/],
  ['one job', { by: [], ...day, job: 'j' }, /SEARCH run USING INDEX sqlite_autoindex_run_1 \(job=\?/],
])('runs of %s: reads only what it needs', async (_, query, expected) => {
  const plan = await planOf(runsQuery(query))
  expect(plan.some((step) => expected.test(step))).toBe(true)
  expect(plan.filter((step) => step.startsWith('SCAN'))).toStrictEqual([])
})

it('whether a charge is the first of its job is looked up', async () => {
  const database = new BetterSqlite3(':memory:')
  await migrate(database)
  const { source } = prepareWrites(database)['add job charge'].statement
  database.close()
  const plan = await planOf({ source, values: Array.from({ length: 10 }, () => 0) })
  expect(plan.some((step) => /SEARCH charge USING COVERING INDEX charge_run/.test(step))).toBe(true)
})

it('pruning looks only at what is old', async () => {
  const { charges, runs, work } = pruneLedgerQueries(5, 10)
  expect((await planOf(charges)).join()).toMatch(/SEARCH charge USING PRIMARY KEY \(day<\?\)/)
  expect((await planOf(runs)).join()).toMatch(/SEARCH run USING (COVERING )?INDEX run_done/)
  expect((await planOf(work)).join()).toMatch(/SEARCH run USING (COVERING )?INDEX run_work/)
})
