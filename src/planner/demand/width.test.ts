import { describe, expect, test } from 'vitest'
import { aPool } from '../../../test/fakes/ports.ts'
import { aScope } from '../../../test/fakes/records.ts'
import type { ScopeWidth } from '../../domain/ports/source.ts'
import { scopeProblem } from './width.ts'

const trusting = { zone: 'internal', forks: false, unknownOrigin: false, publicRepositories: true }

describe('a scope that admits more than a pool allows', () => {
  const width = (repositories: ScopeWidth['repositories'], allowsPublic = false): ScopeWidth => ({
    repositories,
    allowsPublic,
  })
  const cases: [string, ScopeWidth, string[], string | undefined][] = [
    ['exactly what is allowed', width(['acme/a']), ['acme/a'], undefined],
    ['less than is allowed', width(['acme/a']), ['acme/*', 'other/*'], undefined],
    ['no repository at all', width([]), [], undefined],
    ['in another case', width(['Acme/A']), ['acme/a'], undefined],
    ['one repository too many', width(['acme/a', 'acme/b']), ['acme/a'], 'admits acme/b'],
    ['all, where all of the organization are allowed', width('all'), ['ACME/*'], undefined],
    ['all, where everything is', width('all'), ['*'], undefined],
    ['all, where everything is, said in full', width('all'), ['*/*'], undefined],
    ['all, where some are', width('all'), ['acme/a', 'acme/b*'], 'every repository of acme'],
    ['all, where all of another are', width('all'), ['other/*'], 'every repository of acme'],
    ['public ones', width(['acme/a'], true), ['acme/*'], 'admits public repositories'],
  ]
  test.each(cases)('%s', (_name, scopeWidth, repositories, expected) => {
    const problem = scopeProblem(aScope({ width: scopeWidth }), aPool({ repositories }))
    expect(problem ?? 'none').toContain(expected ?? 'none')
  })

  test('public repositories are fine for a pool that trusts them', () => {
    expect(scopeProblem(aScope({ width: width(['acme/a'], true) }), aPool({ trust: trusting }))).toBeUndefined()
  })

  test('one that nobody could read yet is refused, and says why', () => {
    const problem = scopeProblem(aScope({ width: undefined, problem: 'Bad credentials' }), aPool())
    expect(problem).toContain('not known yet (Bad credentials)')
  })

  test('does not matter to a `fixed` source, whose agents take no work from outside', () => {
    expect(scopeProblem(aScope({ width: undefined, binding: 'fixed' }), aPool())).toBeUndefined()
  })
})
