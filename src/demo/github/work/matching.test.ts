import { expect, test } from 'vitest'
import { createEstate } from '../estate.ts'
import type { RunnerScope } from '../records.ts'
import { admits, hasLabels } from './matching.ts'

const estate = createEstate(
  [
    {
      account: 'acme',
      repositories: ['widgets', 'gears', { name: 'open', private: false }],
      runnerGroups: [
        { name: 'some', visibility: 'selected', repositories: ['widgets'] },
        { name: 'inside', visibility: 'private', allowsPublic: true },
        { name: 'wide', allowsPublic: true },
      ],
    },
    { account: 'other', repositories: ['widgets'] },
  ],
  0,
)

function organization(group: string): RunnerScope {
  const installation = estate.installations[0]!
  return { kind: 'organization', installation, group: installation.groups.find(({ name }) => name === group)! }
}

test.each([
  ['Default', 'acme/widgets', true],
  ['Default', 'acme/open', false],
  ['Default', 'other/widgets', false],
  ['some', 'acme/widgets', true],
  ['some', 'acme/gears', false],
  ['inside', 'acme/gears', true],
  ['inside', 'acme/open', false],
  ['wide', 'acme/open', true],
])('group %s admits %s: %s', (group, repository, expected) => {
  expect(admits(organization(group), estate.repository(repository)!.repository)).toBe(expected)
})

test('a repository scope admits only its own repository', () => {
  const { installation, repository } = estate.repository('acme/widgets')!
  const scope: RunnerScope = { kind: 'repository', installation, repository }
  expect(admits(scope, repository)).toBe(true)
  expect(admits(scope, estate.repository('other/widgets')!.repository)).toBe(false)
})

test.each([
  [['self-hosted', 'Linux', 'x64'], ['SELF-HOSTED', 'linux'], true],
  [['linux'], ['linux', 'gpu'], false],
  [['linux'], [], true],
])('runner with %j serves %j: %s', (offered, wanted, expected) => {
  expect(hasLabels(offered, wanted)).toBe(expected)
})
