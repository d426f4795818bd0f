import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { Prunable } from '../../../domain/ports/store.ts'
import { migrate } from './migrations.ts'
import { agentsOnQuery, jobsQuery, searchQuery, journalQuery, pruneQuery } from './queries.ts'
import type { Query } from './query.ts'

/** How SQLite means to run it: the index that it uses, and whether it sorts. */
async function planOf({ source, values }: Query): Promise<string> {
  const database = new BetterSqlite3(':memory:')
  await migrate(database)
  const steps = database.prepare<[readonly unknown[]], { detail: string }>(`explain query plan ${source}`).all(values)
  database.close()
  return steps.map(({ detail }) => detail).join(' | ')
}

describe('the plan of a query', () => {
  const pages = [
    [{}, 'job_received'],
    [{ state: 'done' }, 'job_state'],
    [{ source: 'github' }, 'job_source'],
    [{ repository: 'acme/x' }, 'job_repository'],
  ] as const
  it.each(pages)('jobs %o: walks the index %s, sorts nothing', async (filter, index) => {
    for (const query of [
      { ...filter, limit: 10 },
      { ...filter, after: 'github/1/1', limit: 10 },
    ]) {
      const plan = await planOf(jobsQuery(query))
      expect(plan).toContain(`INDEX ${index}`)
      expect(plan).not.toContain('TEMP B-TREE')
    }
  })

  it.each([{}, { state: 'done' } as const, { repository: 'acme/x', after: 'github/1/1' }])(
    'a search %o: walks the narrow rows, sorts nothing',
    async (filter) => {
      const plan = await planOf(searchQuery({ ...filter, limit: 10 }, 'build linux'))
      expect(plan).toMatch(/^(SCAN|SEARCH) found.*SEARCH job USING INDEX sqlite_autoindex_job_1 \(key=\?\)/)
      expect(plan).not.toContain('TEMP B-TREE')
    },
  )

  it('the agents of a machine: walks those alone, sorts nothing', async () => {
    const plan = await planOf(agentsOnQuery('m1', 10))
    expect(plan).toMatch(/^SEARCH found USING PRIMARY KEY \(machine=\?\) \| SEARCH agent/)
    expect(plan).not.toContain('TEMP B-TREE')
  })

  const journals = [
    [{}, 'journal_at'],
    [{ since: 5 }, 'journal_at'],
    [{ subject: 'job:x' }, 'journal_subject'],
    [{ kind: 'start-agent', since: 5 }, 'journal_kind'],
  ] as const
  it.each(journals)('journal %o: walks the index %s, sorts nothing', async (filter, index) => {
    const plan = await planOf(journalQuery({ ...filter, limit: 10 }))
    expect(plan).toContain(`INDEX ${index}`)
    expect(plan).not.toContain('TEMP B-TREE')
  })

  const prunable: Exclude<Prunable, 'ledger'>[] = [
    'job',
    'agent',
    'registration',
    'container',
    'machine',
    'delivery',
    'journal',
    'tail',
  ]
  it.each(prunable)('pruning %s looks only at what is old', async (table) => {
    const plan = await planOf(pruneQuery(table, 5, 10))
    expect(plan).toMatch(/SEARCH \w+ USING (COVERING )?INDEX \w+_(over|at)/)
    expect(plan).not.toMatch(/SCAN (?!SUBQUERY)/)
  })
})
