import { describe, expect, test } from 'vitest'
import { aPool } from '../../../test/fakes/ports.ts'
import {
  aJob,
  agents,
  anAgent,
  aRequest,
  aScope,
  aSnapshot,
  jobs,
  now,
  type Scene,
} from '../../../test/fakes/records.ts'
import type { Plan } from '../../domain/plan.ts'
import type { Pool } from '../../domain/pool.ts'
import { plan } from '../plan.ts'

const of = (limits: Partial<Pool['limits']>, patch: Partial<Pool> = {}) =>
  aPool({ limits: { agents: 100, perScope: 100, perRepository: 100, ...limits }, ...patch })

function planned(scene: Scene): Plan {
  return plan(aSnapshot(scene), now)
}

const startsIn = ({ actions }: Plan, scope?: string) =>
  actions.filter((action) => action.kind === 'start-agent' && (scope === undefined || action.scope === scope)).length

const waitOf = ({ waits }: Plan, code: string) => waits.find((wait) => wait.code === code)

describe('the limit of a pool', () => {
  test('holds the rest back, and names itself and its number', () => {
    const made = planned({ pools: [of({ agents: 2 })], jobs: jobs(3) })
    expect(startsIn(made)).toBe(2)
    expect(waitOf(made, 'pool-limit')).toMatchObject({
      count: 1,
      pool: 'linux',
      reason: 'pool linux has its most agents, 2',
    })
  })

  test('counts agents of every scope and in every state', () => {
    const scopes = [aScope(), aScope({ name: 'other' })]
    const own = [anAgent({ key: 'x', state: 'running' }), anAgent({ key: 'y', scope: 'other', state: 'ending' })]
    const made = planned({ pools: [of({ agents: 3 })], scopes, agents: own, jobs: jobs(3) })
    expect(startsIn(made)).toBe(1)
  })

  test('of nought starts nothing', () => {
    expect(startsIn(planned({ pools: [of({ agents: 0 })], jobs: jobs(1) }))).toBe(0)
  })
})

describe('the limit of a scope', () => {
  test('holds that scope back alone, and names it', () => {
    const scopes = [aScope(), aScope({ name: 'other' })]
    const made = planned({
      pools: [of({ perScope: 1 })],
      scopes,
      jobs: [...jobs(2), ...jobs(2, { scope: 'other', externalId: 'o' })],
    })
    expect([startsIn(made, 'acme'), startsIn(made, 'other')]).toEqual([1, 1])
    const reasons = made.waits.filter((wait) => wait.code === 'scope-limit').map((wait) => wait.reason)
    expect(reasons).toEqual([
      'scope acme has its most agents in pool linux, 1',
      'scope other has its most agents in pool linux, 1',
    ])
  })

  test('counts agents of its own pool alone', () => {
    const other = anAgent({ pool: 'other', state: 'running' })
    const pools = [of({ perScope: 1 }), aPool({ name: 'other', labels: ['other'] })]
    expect(startsIn(planned({ pools, agents: [other], jobs: jobs(1) }))).toBe(1)
  })
})

describe('the limit of a repository', () => {
  const pools = [of({ perRepository: 2 })]
  const mixed = [...jobs(4), ...jobs(1, { repository: 'acme/b', externalId: 'b', queuedAt: now - 10 })]

  test('holds its jobs back and lets those of others pass', () => {
    const made = planned({ pools, jobs: mixed })
    expect(startsIn(made)).toBe(3)
    expect(waitOf(made, 'repository-limit')).toMatchObject({
      count: 2,
      reason: 'repository acme/a has its most agents in pool linux, 2',
    })
  })

  test('counts agents that run a job of the repository', () => {
    const running = aJob({ externalId: 'r', state: 'running' })
    const made = planned({
      pools,
      jobs: [running, ...jobs(3)],
      agents: [anAgent({ state: 'running', job: running.key })],
    })
    expect(startsIn(made)).toBe(1)
  })

  test('counts agents on their way, whose job nobody knows yet: the next plan starts no more', () => {
    const coming = agents(3, { state: 'requested', registered: false })
    const made = planned({ pools, jobs: mixed, agents: coming })
    expect(startsIn(made)).toBe(0)
    expect(waitOf(made, 'starting')?.count).toBe(3)
    expect(waitOf(made, 'repository-limit')?.count).toBe(2)
  })

  test("is exact where the agent is the job's own", () => {
    const scopes = [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })]
    const serving = of({ perRepository: 2 }, { serves: [{ source: 'ci' }] })
    const pushed = { source: 'ci', scope: 'ci', request: aRequest() }
    const own = anAgent({ source: 'ci', scope: 'ci', job: 'ci/j1/1', state: 'requested' })
    const made = planned({ pools: [serving], scopes, jobs: jobs(4, pushed), agents: [own] })
    expect(made.actions).toMatchObject([{ kind: 'start-agent', job: 'ci/j2/1' }])
    expect(waitOf(made, 'repository-limit')?.count).toBe(2)
  })
})

describe('several limits', () => {
  test('the pool is named before the scope, the scope before the repository', () => {
    const code = (limits: Partial<Pool['limits']>) =>
      planned({ pools: [of(limits)], jobs: jobs(2) }).waits.find((wait) => wait.code !== 'starting')?.code
    expect(code({ agents: 1, perScope: 1, perRepository: 1 })).toBe('pool-limit')
    expect(code({ perScope: 1, perRepository: 1 })).toBe('scope-limit')
    expect(code({ perRepository: 1 })).toBe('repository-limit')
  })

  test('bind what is kept warm as well', () => {
    const warm = { agents: 3, standby: 0 }
    expect(startsIn(planned({ pools: [of({ agents: 2 }, { warm })] }))).toBe(2)
    expect(startsIn(planned({ pools: [of({ perScope: 1 }, { warm })] }))).toBe(1)
    const busy = agents(2, { state: 'running' })
    expect(startsIn(planned({ pools: [of({ perScope: 4 }, { warm })], agents: busy }))).toBe(2)
  })
})
