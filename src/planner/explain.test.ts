import { describe, expect, test } from 'vitest'
import { aFleet, someLimits, aPool } from '../../test/fakes/ports.ts'
import {
  aBackoff,
  aJob,
  aMachine,
  anAgent,
  aRequest,
  aScope,
  aSnapshot,
  jobs,
  now,
  type Scene,
} from '../../test/fakes/records.ts'
import type { Agent } from '../domain/agent.ts'
import type { Job } from '../domain/jobs/job.ts'
import { bindingWords, explainJob } from './explain.ts'
import { plan } from './plan.ts'

function explain(job: Job, scene: Scene = {}, agent?: Agent) {
  const snapshot = aSnapshot({ ...scene, jobs: [job, ...(scene.jobs ?? [])], agents: scene.agents ?? [] })
  return explainJob(snapshot, plan(snapshot, now).waits, job, agent, now)
}

const words = (job: Job, scene?: Scene, agent?: Agent) => explain(job, scene, agent).words

const asksFor = 'It asks for labels linux in scope acme of source github.'
const first = 'Pool linux is the first that satisfies it.'
const waited = 'It has been queued for 5.0 s.'

describe('a job is explained by its state', () => {
  const agent = anAgent({ state: 'running' })
  const cases: [string, Partial<Job>, Agent | undefined, string][] = [
    [
      'waiting',
      { state: 'waiting', receivedAt: now - 42_000 },
      undefined,
      'It has been held by its source since it came, 42 s ago.',
    ],
    [
      'queued, with its agent',
      { agent: 'a1' },
      anAgent({ state: 'requested' }),
      'Agent a1 (requested) on m1 is for it.',
    ],
    [
      'running',
      { state: 'running', startedAt: now - 2000 },
      agent,
      'It has been running for 2.0 s on agent a1 on machine m1; it waited 3.0 s before that.',
    ],
    [
      'running elsewhere',
      { state: 'running', startedAt: now, takenBy: 'their-runner' },
      undefined,
      'It has been running for 0.0 s on their-runner; it waited 5.0 s before that.',
    ],
    [
      'running, nobody knows where',
      { state: 'running', startedAt: now },
      undefined,
      'It has been running for 0.0 s on an agent not known yet; it waited 5.0 s before that.',
    ],
    [
      'done',
      { state: 'done', startedAt: now - 4000, conclusion: 'failure', agent: 'a1' },
      undefined,
      'It is done (failure) on agent a1; it waited 1.0 s before it began.',
    ],
    [
      'done elsewhere',
      { state: 'done', startedAt: now - 4000, takenBy: 'their-runner' },
      undefined,
      'It is done on their-runner, which is not ours; it waited 1.0 s before it began.',
    ],
    [
      'done without having begun',
      { state: 'done', doneAt: now - 2000, conclusion: 'cancelled' },
      undefined,
      'It is done (cancelled); it waited 3.0 s before it began.',
    ],
  ]
  test.each(cases)('%s', (_name, patch, by, sentence) => {
    expect(words(aJob(patch), {}, by)).toContain(sentence)
  })

  test('in the order of what it asks, who serves it, how it stands, what comes next', () => {
    expect(words(aJob())).toEqual([
      asksFor,
      first,
      waited,
      'An agent is being started for it; it is taken as soon as the agent has connected.',
    ])
  })

  test('a job that is over or at work waits for nothing', () => {
    const others = { jobs: jobs(3), machines: [] }
    expect(explain(aJob({ state: 'running', externalId: 'r' }), others).waits).toEqual([])
    expect(explain(aJob({ state: 'done', externalId: 'r' }), others).waits).toEqual([])
  })
})

describe('a job is explained by what holds it', () => {
  const trust = { zone: 'internal', forks: false, unknownOrigin: false, publicRepositories: false }
  const limits = { agents: 100, perScope: 100, perRepository: 100 }
  const busy = anAgent({ key: 'b', state: 'running', job: 'x' })
  const cases: [string, Partial<Job>, Scene, string][] = [
    [
      'held-by-source',
      { state: 'waiting' },
      {},
      'The source holds it back (an approval, or a concurrency group); it becomes demand when the source queues it.',
    ],
    [
      'unserved',
      { repository: 'evil/x' },
      {},
      'Pool linux has the labels, but its allow list does not name evil/x; it waits until a pool allows the repository.',
    ],
    [
      'refused-origin',
      { origin: 'fork' },
      {},
      'The code comes from a fork, and pool linux does not trust forks; no agent is started for it.',
    ],
    [
      'reading-origin',
      { origin: 'unknown' },
      { pools: [aPool({ trust })] },
      'Whether its code comes from a fork is being asked of the source; it is placed as soon as the source has answered.',
    ],
    [
      'scope-unusable',
      {},
      { scopes: [aScope({ width: undefined })] },
      'Who can use scope acme is not known yet; nothing is registered there until the scope is narrowed or the pool allows it; it is read again hourly.',
    ],
    [
      'pool-broken',
      {},
      { backoffs: [aBackoff('pool:linux', { failures: 5 })] },
      'Pool linux is broken: 5 agents in a row failed to start or register (bad gateway); tried again in 10 s.',
    ],
    [
      'pool-limit',
      {},
      { pools: [aPool({ limits: { ...limits, agents: 1 } })], agents: [busy] },
      'Pool linux has its most agents, 1; it is placed when one of them ends.',
    ],
    [
      'scope-limit',
      {},
      { pools: [aPool({ limits: { ...limits, perScope: 1 } })], agents: [busy] },
      'Scope acme has its most agents in pool linux, 1; it is placed when one of them ends.',
    ],
    [
      'repository-limit',
      {},
      { pools: [aPool({ limits: { ...limits, perRepository: 0 } })] },
      'Repository acme/a has its most agents in pool linux, 0; it is placed when one of them ends.',
    ],
    ['no-machine', {}, { machines: [] }, 'Fleets local have no machine; it is placed when a machine is ready.'],
    [
      'machine-full',
      {},
      { fleets: [aFleet({ limits: someLimits({ agentsPerMachine: 0 }) })] },
      'It wants 2 CPU and 4Gi and every machine is too full (free on m1: no agent slot); it is placed when an agent ends.',
    ],
    [
      'pulling-image',
      {},
      { images: [] },
      'Image agent is being fetched onto m1; it is placed when the image is there.',
    ],
    [
      'backing-off',
      {},
      { backoffs: [aBackoff('scope:github/acme', { error: '403' })] },
      'Scope:github/acme is in trouble: 403; tried again in 10 s.',
    ],
    [
      'starting',
      {},
      { agents: [anAgent({ key: 'b' })] },
      '1 agent is starting or ready for it; an agent takes it as soon as it has connected.',
    ],
    [
      'too-large',
      {},
      { machines: [aMachine({ allocatable: { milliCpu: 1000, memory: 0, disk: 0 } })] },
      'It wants 2 CPU and 4Gi, more than any machine of local can give (m1: 1 CPU and 0); it waits until a larger machine joins, or it asks for less.',
    ],
  ]
  test.each(cases)('%s', (code, patch, scene, sentence) => {
    const { words: said, waits } = explain(aJob(patch), scene)
    expect(said.at(-1)).toBe(sentence)
    expect(waits.map((wait) => wait.code)).toEqual([code])
  })

  test('one of many that the source may pick from is told of all of them', () => {
    const scene = {
      jobs: jobs(4, { externalId: 'o' }),
      agents: [anAgent({ key: 'b' })],
      pools: [aPool({ limits: { ...limits, agents: 2 } })],
    }
    expect(words(aJob(), scene).slice(3)).toEqual([
      'It is one of 5 jobs that ask for the same; the source chooses which of them an agent takes.',
      '1 of them: 1 agent is starting or ready for it; an agent takes it as soon as it has connected.',
      '1 of them: an agent is being started for it; it is taken as soon as the agent has connected.',
      '3 of them: pool linux has its most agents, 2; it is placed when one of them ends.',
    ])
  })

  test('by its own repository, not by what holds others that ask for the same', () => {
    const said = words(aJob({ repository: 'evil/x' }), { jobs: jobs(3, { externalId: 'o' }), machines: [] })
    expect(said.at(-1)).toContain('does not name evil/x')
  })

  test('one that came after the newest plan is told to wait for the next', () => {
    const job = aJob()
    const snapshot = aSnapshot({ jobs: [job] })
    expect(explainJob(snapshot, [], job, undefined, now).words.at(-1)).toBe(
      'The next plan, within a second, will place it or say why not.',
    )
  })
})

describe('what is promised', () => {
  test('exactly, to a job that has its own agent', () => {
    const scopes = [aScope({ source: 'ci', name: 'ci', binding: 'fixed' })]
    const job = aJob({ source: 'ci', scope: 'ci', request: aRequest() })
    expect(bindingWords(aSnapshot({ scopes }), job)).toContain('are exact.')
  })

  test('as best effort inside a scope whose source chooses', () => {
    expect(bindingWords(aSnapshot(), aJob())).toContain('best effort inside one')
  })
})
