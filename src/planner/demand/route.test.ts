import { describe, expect, test } from 'vitest'
import { aPool } from '../../../test/fakes/ports.ts'
import { aJob, aScope, aSnapshot, asks, now, type Scene } from '../../../test/fakes/records.ts'
import type { Job } from '../../domain/jobs/job.ts'
import { createKinds } from './kinds.ts'
import { createRouter, rereadMs, type Route } from './route.ts'
import { survey } from '../survey.ts'

function route(job: Job, scene: Scene = {}): Route {
  return createRouter(survey(aSnapshot(scene), now), createKinds())(job)
}

function holdOf(job: Job, scene: Scene = {}): string {
  const { hold } = route(job, scene)
  return hold ? `${hold.code}: ${hold.reason}` : 'none'
}

const trust = { zone: 'internal', forks: false, unknownOrigin: false, publicRepositories: false }

describe('the pool of a job', () => {
  test('is the first in the configuration that satisfies it', () => {
    const pools = [aPool({ name: 'arm', labels: ['arm64'] }), aPool({ name: 'first' }), aPool({ name: 'second' })]
    expect(route(aJob(), { pools }).pool?.name).toBe('first')
  })

  test('is a later one where the first does not allow the repository', () => {
    const pools = [aPool({ name: 'strict', repositories: ['acme/b'] }), aPool({ name: 'open' })]
    expect(route(aJob(), { pools }).pool?.name).toBe('open')
  })

  test('is a later one where the first does not trust forks', () => {
    const pools = [aPool({ name: 'strict' }), aPool({ name: 'forks', trust: { ...trust, forks: true } })]
    expect(route(aJob({ origin: 'fork' }), { pools }).pool?.name).toBe('forks')
    expect(route(aJob(), { pools }).pool?.name).toBe('strict')
  })

  test('must serve the source and the scope', () => {
    const pools = [
      aPool({ name: 'elsewhere', serves: [{ source: 'jenkins' }] }),
      aPool({ name: 'other-scope', serves: [{ source: 'github', scope: 'other' }] }),
      aPool({ name: 'here', serves: [{ source: 'github', scope: 'acme' }] }),
    ]
    expect(route(aJob(), { pools }).pool?.name).toBe('here')
  })

  test('is found anew for every repository and origin of one kind', () => {
    const find = createRouter(survey(aSnapshot({ pools: [aPool({ repositories: ['acme/*'] })] }), now), createKinds())
    expect(find(aJob()).pool?.name).toBe('linux')
    expect(find(aJob({ repository: 'other/x' })).hold?.code).toBe('unserved')
    expect(find(aJob({ origin: 'fork' })).hold?.code).toBe('refused-origin')
  })

  test('is not that of other labels which look the same when joined', () => {
    const find = createRouter(survey(aSnapshot(), now), createKinds())
    expect(find(aJob({ requirement: asks('self-hosted', 'linux') })).pool?.name).toBe('linux')
    expect(find(aJob({ requirement: asks('self-hosted,linux') })).hold?.code).toBe('unserved')
  })
})

describe('a job that no pool serves', () => {
  test('is told the nearest pool and what that lacks', () => {
    const pools = [aPool({ name: 'far', labels: ['windows'] }), aPool({ name: 'near', labels: ['linux', 'x64'] })]
    expect(holdOf(aJob({ requirement: asks('linux', 'x64', 'gpu') }), { pools })).toBe(
      'unserved: no pool satisfies labels linux, x64, gpu; the nearest is near, which lacks gpu',
    )
  })

  test('is told when no pool serves its scope at all', () => {
    expect(holdOf(aJob({ scope: 'elsewhere' }), { pools: [aPool({ serves: [] })] })).toBe(
      'unserved: no pool serves scope elsewhere of source github',
    )
  })

  test('is told when the pool that it names is not there', () => {
    const job = aJob({ requirement: { kind: 'pool', pool: 'gone' } })
    expect(holdOf(job)).toBe('unserved: no pool named gone serves scope acme of source github')
  })

  test('is told when only the allow list stands in the way', () => {
    const hold = holdOf(aJob({ repository: 'evil/x' }))
    expect(hold).toBe('unserved: pool linux has the labels, but its allow list does not name evil/x')
  })
})

describe('where the code comes from', () => {
  test('a fork is refused', () => {
    expect(holdOf(aJob({ origin: 'fork' }))).toContain('refused-origin: the code comes from a fork')
  })

  test('an unknown origin is read first, then refused, and read again after a minute', () => {
    const unknown = (readAt?: number) => route(aJob({ origin: 'unknown', readAt })).hold?.code
    expect(unknown()).toBe('reading-origin')
    expect(unknown(now - 1000)).toBe('refused-origin')
    expect(unknown(now - rereadMs)).toBe('reading-origin')
  })

  test('an unknown origin is taken by a pool that trusts it', () => {
    const pools = [aPool({ trust: { ...trust, unknownOrigin: true } })]
    expect(route(aJob({ origin: 'unknown' }), { pools }).pool?.name).toBe('linux')
    expect(route(aJob({ origin: 'fork' }), { pools }).hold?.code).toBe('refused-origin')
  })
})

describe('the scope of a job', () => {
  test('that admits more than its pool allows holds it, and names what is too much', () => {
    const scopes = [aScope({ width: { repositories: 'all', allowsPublic: false } })]
    const hold = holdOf(aJob(), { scopes, pools: [aPool({ repositories: ['acme/a'] })] })
    expect(hold).toContain('scope-unusable: scope acme admits every repository of acme')
  })

  test('that left the configuration holds it', () => {
    expect(holdOf(aJob(), { scopes: [] })).toBe('scope-unusable: scope acme is no longer in the configuration')
  })
})
