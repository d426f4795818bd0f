import { describe, expect, it } from 'vitest'
import { BadInput } from '../../domain/errors.ts'
import type { JobSubmission } from '../../domain/ports/operations.ts'
import { strictIsolation, type Pool } from '../../domain/pool.ts'
import { toObservation } from './submission.ts'

const MI = 2 ** 20
const NOW = 1_700_000_000_000

function pool(changes: Partial<Pool> = {}): Pool {
  return {
    name: 'linux',
    os: 'linux',
    serves: [{ source: 'ci' }],
    labels: ['linux', 'X64'],
    repositories: ['acme/*'],
    trust: { zone: 'internal', forks: false, unknownOrigin: false, publicRepositories: false },
    fleets: ['local'],
    image: 'acme/default:1',
    command: [],
    resources: { milliCpu: 1000, memory: 512 * MI, disk: 1024 * MI },
    allowedImages: ['reg.example.com/team/*', 'busybox'],
    maxResources: { milliCpu: 4000, memory: 4096 * MI, disk: 8192 * MI },
    priority: 0,
    limits: { agents: 10, perScope: 10, perRepository: 10 },
    warm: { agents: 0, standby: 0 },
    idleTimeoutMs: 1,
    maxAgeMs: 1,
    registerTimeoutMs: 1,
    maxFailures: 1,
    isolation: strictIsolation,
    containers: 'none',
    ...changes,
  }
}

function submission(changes: Partial<JobSubmission> = {}): JobSubmission {
  const base = { source: 'ci', image: 'busybox', command: ['sh', '-c', 'true'], env: {}, repository: 'acme/app' }
  return { ...base, ...(changes.labels ? {} : { pool: 'linux' }), ...changes }
}

function problemsOf(changes: Partial<JobSubmission>, pools: readonly Pool[] = [pool()]): readonly string[] {
  try {
    toObservation(submission(changes), pools, NOW)
  } catch (error) {
    if (error instanceof BadInput) return error.problems
    throw error
  }
  return []
}

function idOf(changes: Partial<JobSubmission>): string {
  return toObservation(submission(changes), [pool()], NOW).externalId
}

describe('toObservation', () => {
  it('is a queued, trusted job of the source, with the pool’s resources', () => {
    const seen = toObservation(submission({ env: { A: 'b' } }), [pool()], NOW, () => 'fresh')
    expect(seen).toEqual({
      via: 'event',
      began: NOW,
      state: 'queued',
      source: 'ci',
      scope: 'ci',
      externalId: 'fresh',
      attempt: 1,
      requirement: { kind: 'pool', pool: 'linux' },
      origin: 'trusted',
      repository: 'acme/app',
      workflow: '',
      name: 'sh',
      request: {
        image: 'busybox',
        command: ['sh', '-c', 'true'],
        env: { A: 'b' },
        resources: pool().resources,
        timeoutMs: 3_600_000,
      },
    })
  })

  it('takes what is asked within the bounds, the bounds included', () => {
    const { maxResources } = pool()
    const asked = { resources: maxResources, timeoutMs: 86_400_000, workflow: 'w', name: 'n' }
    const seen = toObservation(submission(asked), [pool()], NOW)
    expect(seen.request?.resources).toEqual(maxResources)
    expect([seen.workflow, seen.name, seen.request?.timeoutMs]).toEqual(['w', 'n', 86_400_000])
    const partly = toObservation(submission({ resources: { memory: 64 * MI } }), [pool()], NOW)
    expect(partly.request?.resources).toEqual({ ...pool().resources, memory: 64 * MI })
  })

  it('gives one id for one key and repository, and a new one without a key', () => {
    expect(idOf({ idempotencyKey: 'k' })).toBe(idOf({ idempotencyKey: 'k', command: ['other'] }))
    expect(idOf({ idempotencyKey: 'k' })).toMatch(/^k[0-9a-f]{31}$/)
    const others = [{ idempotencyKey: 'K' }, { idempotencyKey: 'k', repository: 'acme/web' }, {}, {}]
    expect(new Set([idOf({ idempotencyKey: 'k' }), ...others.map(idOf)]).size).toBe(5)
  })

  it('matches labels without regard to case, in the first pool that has them and admits the repository', () => {
    const first = pool({ name: 'first', repositories: ['other/*'], allowedImages: [] })
    const second = pool({ name: 'second', resources: { milliCpu: 7, memory: 7, disk: 7 } })
    const seen = toObservation(submission({ labels: ['x64', 'LINUX'] }), [first, second, pool()], NOW)
    expect(seen.requirement).toEqual({ kind: 'all', labels: ['x64', 'LINUX'], matchCase: false })
    expect(seen.request?.resources.milliCpu).toBe(7)
    // The first that the planner would choose binds, even where a later one would allow more.
    const strict = pool({ name: 'strict', allowedImages: [] })
    expect(problemsOf({ labels: ['linux'] }, [strict, pool()]).join()).toContain('pool strict allows')
  })

  it.each<[string, Partial<JobSubmission>, RegExp]>([
    ['neither pool nor labels', { pool: undefined }, /either/],
    ['both pool and labels', { pool: 'linux', labels: ['linux'] }, /either/],
    ['no labels', { labels: [] }, /labels: name at least one/],
    ['a label too many', { labels: ['linux', 'gpu'] }, /nearest, linux, lacks gpu/],
    ['an unknown pool', { pool: 'linus' }, /pool: "linus" does not serve this source; linux would/],
    ['an unknown source', { source: 'ic' }, /source: no pool serves "ic"/],
    ['an image that is not allowed', { image: 'debian' }, /image: pool linux allows its own and .*busybox, not debian/],
    ['an image in another case', { image: 'Busybox' }, /image: pool/],
    ['a tag where none is allowed', { image: 'busybox:latest' }, /image: pool/],
    ['no image', { image: '' }, /image: "" is not the name/],
    ['an image with a blank', { image: 'reg.example.com/team/ x' }, /is not the name of an image/],
    ['too much CPU', { resources: { milliCpu: 4001 } }, /resources.cpu: 4001m is more than pool linux's 4/],
    ['too much memory', { resources: { memory: 4097 * MI } }, /resources.memory: 4097Mi is more than pool linux's 4Gi/],
    ['too much disk', { resources: { disk: 8193 * MI } }, /resources.disk: 8193Mi/],
    ['no CPU', { resources: { milliCpu: 0 } }, /resources.cpu: must be more than nothing/],
    ['no memory', { resources: { memory: 0 } }, /resources.memory: must be/],
    ['a repository outside', { repository: 'evil/app' }, /repository: pool linux allows acme\/\*, not evil\/app/],
    ['control characters', { repository: 'acme/a\nb' }, /repository: must not contain control/],
    ['no command', { command: [] }, /command: must name a program/],
    ['an empty program', { command: ['', 'x'] }, /command: must name a program/],
    ['a NUL in the command', { command: ['a\0b'] }, /command: must not contain NUL/],
    ['a huge command', { command: ['x'.repeat(65_536)] }, /command: is longer than 64Ki/],
    ['too short a time', { timeoutMs: 999 }, /timeout: must be 1s to 1d/],
    ['too long a time', { timeoutMs: 86_400_001 }, /timeout: must be/],
    ['a bad variable', { env: { '1A': 'x' } }, /env: "1A" is not the name of a variable/],
    ['a variable of ours', { env: { SLIPWAY_X: 'x' } }, /env: SLIPWAY_X: names beginning with SLIPWAY_ are taken/],
    ['a NUL in a variable', { env: { A: 'x\0y' } }, /env: the value of "A"/],
    ['a huge environment', { env: { A: 'x'.repeat(262_144) } }, /env: is larger than 256Ki/],
    ['a long name', { name: 'x'.repeat(257) }, /name: is longer than 256/],
  ])('refuses %s', (_what, changes, expected) => {
    const problems = problemsOf(changes)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(expected)
  })

  it('allows none but the pool’s own image where the list is empty', () => {
    const closed = [pool({ allowedImages: [] })]
    expect(problemsOf({ image: 'acme/default:1' }, closed)).toEqual([])
    expect(problemsOf({ image: 'acme/default:2' }, closed)).toHaveLength(1)
    expect(problemsOf({ image: 'reg.example.com/team/tool:v1' })).toEqual([])
  })

  it('serves only scopes that a pool names', () => {
    expect(problemsOf({}, [pool({ serves: [{ source: 'ci', scope: 'ci' }] })])).toEqual([])
    expect(problemsOf({}, [pool({ serves: [{ source: 'ci', scope: 'else' }] })])).toHaveLength(1)
  })

  it('tells everything at once, and no value of a variable', () => {
    const env = { 'not-a-name': 'secret-value', SLIPWAY_Y: 'secret-value\0' }
    const problems = problemsOf({ image: 'debian', repository: 'evil/app', command: [], timeoutMs: 0, env })
    expect(problems).toHaveLength(7)
    expect(problems.join()).not.toContain('secret-value')
  })
})
