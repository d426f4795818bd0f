import { describe, expect, it } from 'vitest'
import { createScopeTable } from './scopes.ts'

const table = createScopeTable('github', [
  { organization: 'Acme', runnerGroup: 'Large Runners', repositories: ['acme/web-*', '*/api'] },
  { repository: 'acme/widgets' },
  { organization: 'Acme' },
])

describe('scopes', () => {
  it('have names that differ', () => {
    expect(table.all.map((scope) => scope.name)).toEqual(['Acme:Large Runners', 'acme/widgets', 'Acme'])
  })

  it.each([
    ['acme/web-shop', 'Acme:Large Runners'],
    ['ACME/API', 'Acme:Large Runners'],
    ['acme/widgets', 'acme/widgets'],
    ['acme/other', 'Acme'],
    ['other/api', undefined],
    ['acme2/web-shop', undefined],
  ])('%s belongs to the first that admits it: %s', (repository, expected) => {
    expect(table.of(repository)?.name).toBe(expected)
  })

  it('that are no longer configured can still be found by name', () => {
    expect(table.named('old:some group')).toMatchObject({ kind: 'organization', owner: 'old', group: 'some group' })
    expect(table.named('old/thing')).toMatchObject({ kind: 'repository', owner: 'old', repository: 'thing' })
    expect(table.named('old')).toMatchObject({ kind: 'organization', owner: 'old', group: undefined })
  })
})
