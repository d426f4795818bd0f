import { describe, expect, test } from 'vitest'
import { aPool } from '../../../test/fakes/ports.ts'
import {
  aJob,
  agents,
  aMachine,
  anAgent,
  aRequest,
  aScope,
  aSnapshot,
  jobs,
  now,
  type Scene,
} from '../../../test/fakes/records.ts'
import type { Agent } from '../../domain/agent.ts'
import type { Job } from '../../domain/jobs/job.ts'
import type { Plan } from '../../domain/plan.ts'
import { plan } from '../plan.ts'

function planned(scene: Scene): Plan {
  return plan(aSnapshot(scene), now)
}

const started = (scene: Scene) => planned(scene).actions.filter((action) => action.kind === 'start-agent').length
const read = (scene: Scene) =>
  planned(scene).actions.flatMap((action) => (action.kind === 'inspect-job' ? [action.job] : []))

describe('demand', () => {
  const cases: [string, Job[], number][] = [
    ['is every queued job', jobs(3), 3],
    ['is not a waiting one', jobs(3, { state: 'waiting' }), 0],
    ['is not a running one', jobs(3, { state: 'running' }), 0],
    ['is one in doubt', jobs(1, { ambiguous: true }), 1],
  ]
  test.each(cases)('%s', (_name, all, expected) => {
    expect(started({ jobs: all })).toBe(expected)
  })

  const covering: [string, Partial<Agent>, number][] = [
    ['one that is requested', { state: 'requested' }, 0],
    ['one that is being activated', { state: 'activating' }, 0],
    ['an idle one', { state: 'idle' }, 0],
    ['one just seen at work on a job not named yet', { state: 'running', stateAt: now - 29_999 }, 0],
    ['not one whose job stays unnamed: it took another', { state: 'running', stateAt: now - 30_000 }, 1],
    ['not one at work on a job that is known', { state: 'running', job: 'github/x/1' }, 1],
    ['not one that is being dismissed', { state: 'dismissing' }, 1],
    ['not one that is draining', { state: 'draining' }, 1],
    ['not one that ends', { state: 'ending' }, 1],
    ['not one of another scope', { scope: 'other' }, 1],
    ['not one of another pool', { pool: 'other' }, 1],
    ['not one on a machine that is gone', { machine: 'm9' }, 1],
  ]
  test.each(covering)('is met by agents that will take it: %s', (_name, patch, expected) => {
    const pools = [aPool(), aPool({ name: 'other', labels: ['other'] })]
    expect(started({ pools, jobs: jobs(1), agents: [anAgent(patch)] })).toBe(expected)
  })

  test('is met on a machine that answers alone', () => {
    const machines = [aMachine({ state: 'unreachable' }), aMachine({ key: 'm2' })]
    expect(started({ machines, jobs: jobs(1), agents: [anAgent()] })).toBe(1)
  })

  test('beyond the agents that come gets new ones', () => {
    const made = planned({ jobs: jobs(4), agents: agents(3, { state: 'requested' }) })
    expect(made.actions.filter((action) => action.kind === 'start-agent').length).toBe(1)
    expect(made.waits.map(({ code, count }) => [code, count])).toEqual([
      ['starting', 3],
      ['starting', 1],
    ])
  })

  test('is served in the order in which it came', () => {
    const made = planned({
      scopes: [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })],
      pools: [aPool({ serves: [{ source: 'ci' }], limits: { agents: 1, perScope: 9, perRepository: 9 } })],
      jobs: [
        aJob({ externalId: 'late', source: 'ci', scope: 'ci', request: aRequest(), queuedAt: now - 1 }),
        aJob({ externalId: 'early', source: 'ci', scope: 'ci', request: aRequest(), queuedAt: now - 2 }),
      ],
    })
    expect(made.actions).toMatchObject([{ kind: 'start-agent', job: 'ci/early/1' }])
  })
})

describe('a `fixed` job', () => {
  const scene: Scene = {
    scopes: [aScope({ source: 'ci', name: 'ci', binding: 'fixed', width: undefined })],
    pools: [aPool({ serves: [{ source: 'ci' }] })],
    jobs: jobs(2, { source: 'ci', scope: 'ci', request: aRequest() }),
  }

  test('gets an agent of its own', () => {
    expect(planned(scene).actions).toMatchObject([{ job: 'ci/j1/1' }, { job: 'ci/j2/1' }])
  })

  test('is not met by the agent of another job', () => {
    const own = anAgent({ source: 'ci', scope: 'ci', state: 'requested', job: 'ci/j1/1' })
    expect(planned({ ...scene, agents: [own] }).actions).toMatchObject([{ job: 'ci/j2/1' }])
  })

  test('whose agent is still being cleared away gets no second one', () => {
    const own = anAgent({ source: 'ci', scope: 'ci', state: 'ending', job: 'ci/j1/1' })
    expect(planned({ ...scene, agents: [own] }).actions).toMatchObject([{ job: 'ci/j2/1' }])
  })
})

describe('jobs in doubt', () => {
  const asked: [string, Partial<Job>, boolean][] = [
    ['queued or waiting: it is read', { ambiguous: true }, true],
    ['queued or waiting, read just now: not yet again', { ambiguous: true, readAt: now - 9999 }, false],
    ['queued or waiting, read a while ago: again', { ambiguous: true, readAt: now - 10_000 }, true],
    ['where its code comes from: it is read', { origin: 'unknown' }, true],
    ['where its code comes from, and the source could not tell', { origin: 'unknown', readAt: now - 1000 }, false],
    ['where its code comes from, a minute later', { origin: 'unknown', readAt: now - 60_000 }, true],
    ['where its code comes from, while it waits', { origin: 'unknown', state: 'waiting' }, false],
    ['nothing is in doubt', {}, false],
  ]
  test.each(asked)('%s', (_name, patch, expected) => {
    expect(read({ jobs: [aJob(patch)] })).toEqual(expected ? ['github/j1/1'] : [])
  })

  test('in both ways are read once', () => {
    expect(read({ jobs: [aJob({ ambiguous: true, origin: 'unknown' })] })).toHaveLength(1)
  })

  test('are asked for a few at a time, the oldest of each scope first', () => {
    const scopes = [aScope(), aScope({ name: 'other' })]
    const many = [...jobs(60, { origin: 'unknown' }), aJob({ externalId: 'x', scope: 'other', origin: 'unknown' })]
    expect(read({ scopes, jobs: many })).toEqual([...many.slice(0, 50).map(({ key }) => key), 'github/x/1'])
  })

  test('an unknown origin that no pool minds is not asked for', () => {
    const trust = { zone: 'internal', forks: false, unknownOrigin: true, publicRepositories: false }
    expect(read({ pools: [aPool({ trust })], jobs: [aJob({ origin: 'unknown' })] })).toEqual([])
  })
})

describe('waits', () => {
  test('jobs that ask for the same and wait for the same are one group', () => {
    const same = [
      ...jobs(2),
      ...jobs(1, { externalId: 'x', requirement: { kind: 'all', labels: ['LINUX'], matchCase: false } }),
    ]
    expect(planned({ machines: [], jobs: same }).waits).toMatchObject([{ code: 'no-machine', count: 3 }])
  })

  test('jobs that ask for something else are another', () => {
    const other = jobs(1, { externalId: 'x', requirement: { kind: 'all', labels: ['self-hosted'], matchCase: false } })
    expect(planned({ machines: [], jobs: [...jobs(2), ...other] }).waits.map((wait) => wait.count)).toEqual([2, 1])
  })

  test('a job held by its source is told so', () => {
    expect(planned({ jobs: jobs(1, { state: 'waiting' }) }).waits).toMatchObject([{ code: 'held-by-source', count: 1 }])
  })
})
