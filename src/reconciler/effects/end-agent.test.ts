import { describe, expect, test } from 'vitest'
import { openContext, type Held } from '../../../test/fakes/context.ts'
import { aContainer, aJob, anAgent, aMachine, aRequest } from '../../../test/fakes/records.ts'
import type { Agent, AgentExit } from '../../domain/agent.ts'
import { NotFound, Transient } from '../../domain/errors.ts'
import type { Job } from '../../domain/jobs/job.ts'
import { endAgent } from './end-agent.ts'

const exit = (kind: AgentExit['kind'], exitCode?: number): AgentExit => ({ kind, exitCode, detail: kind })

async function end(agent: Partial<Agent>, held: Held = {}) {
  const removed: string[] = []
  const context = await openContext({
    agents: [anAgent({ state: 'ending', exit: exit('finished', 0), ...agent })],
    containers: [aContainer({ state: 'active' })],
    machines: [aMachine()],
    ...held,
    runtime: { tail: async () => 'last words', remove: async (key) => void removed.push(key), ...held.runtime },
  })
  await endAgent(context, 'a1')
  return { context, removed, gone: !context.state.agents.has('a1') }
}

describe('clearing an ended agent away', () => {
  test('keeps its output, removes its container, and forgets both', async () => {
    const { context, removed, gone } = await end({})
    expect([gone, removed, context.state.containers.size]).toEqual([true, ['a1'], 0])
    expect(await context.store.tail('a1')).toBe('last words')
  })

  test('goes on when there is no container to read from', async () => {
    const { gone } = await end({}, { runtime: { tail: () => Promise.reject(new NotFound('gone')) } })
    expect(gone).toBe(true)
  })

  test('is tried again when the engine errs', async () => {
    const { context, gone } = await end({}, { runtime: { remove: () => Promise.reject(new Transient('busy')) } })
    expect([gone, context.backoffs.failures('machine:m1')]).toEqual([false, 1])
  })

  test('asks nobody when its machine is gone', async () => {
    const { removed, gone } = await end({ exit: exit('host-lost') }, { machines: [] })
    expect([gone, removed]).toEqual([true, []])
  })

  test('leaves an agent alone that does not end', async () => {
    const { removed, gone } = await end({ state: 'running' })
    expect([gone, removed]).toEqual([false, []])
  })

  const registrations: [string, Partial<Agent>, number][] = [
    ['that did its job is gone: the source removed it', { job: 'github/j1/1' }, 0],
    ['that did none is left to be removed', {}, 1],
    ['that was killed is left to be removed', { job: 'github/j1/1', exit: exit('killed') }, 1],
  ]
  test.each(registrations)('the registration of one %s', async (_name, agent, left) => {
    expect((await end(agent)).context.state.registrations.size).toBe(left)
  })
})

describe('what an end says of the pool', () => {
  const verdicts: [string, Partial<Agent>, number][] = [
    ['an agent that worked speaks for it', { registered: true }, 0],
    ['one that never registered speaks against it', { registered: false, exit: exit('never-registered') }, 2],
    ['one that fell over before it registered too', { registered: false, exit: exit('finished', 1) }, 2],
    ['one that went quietly says nothing', { registered: false, exit: exit('finished', 0) }, 1],
    ['one that was dismissed says nothing', { registered: false, exit: exit('dismissed') }, 1],
    ['one whose host was lost says nothing', { registered: false, exit: exit('host-lost') }, 1],
  ]
  test.each(verdicts)('%s', async (_name, agent, failures) => {
    const context = await openContext({
      agents: [anAgent({ state: 'ending', ...agent })],
      machines: [aMachine()],
      runtime: { tail: async () => '', remove: async () => {} },
    })
    context.backoffs.fail('pool:linux', new Error('earlier'))
    await endAgent(context, 'a1')
    expect(context.backoffs.failures('pool:linux')).toBe(failures)
  })

  test('one that ran what a job brought says nothing', async () => {
    const job = aJob({ request: aRequest() })
    const { context } = await end({ job: job.key, registered: false, exit: exit('killed') }, { jobs: [job] })
    expect(context.backoffs.failures('pool:linux')).toBe(0)
  })
})

describe('the end of a pushed job', () => {
  const unbegun: Partial<Agent> = { registered: false, activatedAt: undefined }
  const doubtful: Partial<Agent> = { registered: false }
  const cases: [string, Partial<Agent>, AgentExit, Partial<Job>, Partial<Job>][] = [
    ['success', {}, exit('finished', 0), {}, { state: 'done', conclusion: 'success', exitCode: 0 }],
    ['failure', {}, exit('finished', 3), {}, { state: 'done', conclusion: 'failure', exitCode: 3 }],
    ['out of memory', {}, exit('out-of-memory', 137), {}, { state: 'done', conclusion: 'failure' }],
    ['killed', {}, exit('killed', 137), {}, { state: 'done', conclusion: 'lost' }],
    ['host lost', {}, exit('host-lost'), {}, { state: 'done', conclusion: 'lost' }],
    ['timed out', {}, exit('timed-out'), {}, { state: 'done', conclusion: 'timed_out' }],
    ['cancelled', {}, exit('cancelled'), {}, { state: 'done', conclusion: 'cancelled' }],
    ['never begun: again', unbegun, exit('start-failed'), {}, { state: 'queued', failedStarts: 1 }],
    ['never begun, host lost: again', unbegun, exit('host-lost'), {}, { state: 'queued', failedStarts: 1 }],
    [
      'never begun, a last time',
      unbegun,
      exit('image-failed'),
      { failedStarts: 4 },
      { state: 'done', conclusion: 'failure', failedStarts: 5 },
    ],
    [
      'never begun, cancelled meanwhile',
      unbegun,
      exit('start-failed'),
      { cancelRequestedAt: 1 },
      { state: 'done', conclusion: 'cancelled' },
    ],
    [
      'may have begun, and finished: not again',
      doubtful,
      exit('finished', 0),
      {},
      { state: 'done', conclusion: 'success' },
    ],
    ['may have begun, killed: not again', doubtful, exit('killed'), {}, { state: 'done', conclusion: 'lost' }],
    ['may have begun, but says that it never did: again', doubtful, exit('start-failed', 125), {}, { state: 'queued' }],
    ['waited for its activation in vain: again', doubtful, exit('dismissed'), {}, { state: 'queued' }],
  ]
  test.each(cases)('%s', async (_name, agent, ended, patch, expected) => {
    const job = aJob({ request: aRequest(), agent: 'a1', ...patch })
    const { context } = await end({ ...agent, job: job.key, exit: ended }, { jobs: [job] })
    const after = await context.store.get('job', job.key)
    expect(after).toMatchObject(expected)
    // One that is queued again is free for another agent.
    expect(after?.agent).toBe(expected.state === 'queued' ? undefined : 'a1')
  })

  test('is none of ours when the source is `free`', async () => {
    const job = aJob({ state: 'running', agent: 'a1' })
    const { context } = await end({ job: job.key, exit: exit('killed') }, { jobs: [job] })
    expect(context.state.jobs.get(job.key)).toEqual(job)
  })
})
