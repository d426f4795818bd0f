import { describe, expect, it } from 'vitest'
import { originOf, runSchema } from './origin.ts'

const home = { id: 1 }
const fork = { id: 2 }
const pull = (repo: object | null) => ({ head: { repo } })

describe('the origin of a run', () => {
  it.each([
    ['a push', { event: 'push', head_repository: home }, 'trusted'],
    ['a pull request of the repository itself', { event: 'pull_request', head_repository: home }, 'trusted'],
    ['a pull request from a fork', { event: 'pull_request', head_repository: fork }, 'fork'],
    ['a run that followed one of a fork', { event: 'workflow_run', head_repository: fork }, 'fork'],
    ['a fork that was deleted since', { event: 'pull_request', head_repository: null }, 'unknown'],
    ['no event', { head_repository: home }, 'unknown'],
    ['no repository', { event: 'push', repository: null, head_repository: home }, 'unknown'],
    ['a target run that names the fork', { event: 'pull_request_target', head_repository: fork }, 'fork'],
    ['a target run that names nobody', { event: 'pull_request_target', head_repository: home }, 'unknown'],
    [
      'a target run of a pull request of the repository',
      { event: 'pull_request_target', head_repository: home, pull_requests: [pull(home)] },
      'trusted',
    ],
    [
      'a target run with a pull request of a fork among others',
      { event: 'pull_request_target', head_repository: home, pull_requests: [pull(home), pull(fork)] },
      'fork',
    ],
    [
      'pull requests of a shape that we do not know',
      { event: 'pull_request_target', head_repository: home, pull_requests: 'many' },
      'unknown',
    ],
  ] as const)('%s: %s', (_what, run, expected) => {
    expect(originOf(runSchema.parse({ id: 5, repository: home, ...run }))).toBe(expected)
  })
})
