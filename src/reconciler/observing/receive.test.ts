import { describe, expect, test } from 'vitest'
import { openContext } from '../../../test/fakes/context.ts'
import { aJob, anAgent, anObservation, now } from '../../../test/fakes/records.ts'
import type { Agent, AgentState } from '../../domain/agent.ts'
import { Conflict, StoreUnavailable } from '../../domain/errors.ts'
import type { Job, JobObservation } from '../../domain/jobs/job.ts'
import type { Store } from '../../domain/ports/store.ts'
import type { Context } from '../context.ts'
import { observe, receive } from './receive.ts'

interface Held {
  readonly job?: Job
  readonly agent?: Agent
}

function open({ job, agent }: Held = {}, wrap?: (store: Store) => Store): Promise<Context> {
  return openContext({ jobs: job && [job], agents: agent && [agent], ...(wrap && { wrap }) })
}

const send = (context: Context, delivery: string, ...jobs: JobObservation[]) =>
  receive(context, 'github', { delivery, jobs })

describe('a delivery', () => {
  test('is stored with what it says, in one commit', async () => {
    const context = await open()
    expect(await send(context, 'd1', anObservation())).toBe('stored')
    expect(await context.store.get('job', 'github/j1/1')).toMatchObject({ state: 'queued', version: 1 })
    expect(await context.store.known('github', ['d1'])).toEqual(new Set(['d1']))
  })

  test('that came before changes nothing, even if it now says something else', async () => {
    const context = await open()
    await send(context, 'd1', anObservation())
    expect(await send(context, 'd1', anObservation({ state: 'done' }))).toBe('duplicate')
    expect(context.state.jobs.get('github/j1/1')?.state).toBe('queued')
  })

  test('twice at the same moment is stored once', async () => {
    const context = await open()
    const answers = await Promise.all([send(context, 'd1', anObservation()), send(context, 'd1', anObservation())])
    expect(answers.sort()).toEqual(['duplicate', 'stored'])
  })

  test('of another source with the same id is another', async () => {
    const context = await open()
    await send(context, 'd1', anObservation())
    expect(await receive(context, 'ghes', { delivery: 'd1', jobs: [] })).toBe('stored')
  })

  test('is not answered as stored when the store fails', async () => {
    const fails = (store: Store): Store => ({
      ...store,
      commit: () => Promise.reject(new StoreUnavailable('disk full')),
    })
    const context = await open({}, fails)
    await expect(send(context, 'd1', anObservation())).rejects.toBeInstanceOf(StoreUnavailable)
    expect(context.state.jobs.size).toBe(0)
  })

  test('about several jobs, or several times about one, is folded in order', async () => {
    const context = await open()
    await send(
      context,
      'd1',
      anObservation({ began: now }),
      anObservation({ externalId: 'j2' }),
      anObservation({ began: now + 1, state: 'running' }),
    )
    expect([...context.state.jobs.values()].map(({ key, state, version }) => [key, state, version])).toEqual([
      ['github/j1/1', 'running', 1],
      ['github/j2/1', 'queued', 1],
    ])
  })
})

describe('a job that changes meanwhile', () => {
  /** The first so many commits meet a conflict. */
  const conflicts =
    (count: number) =>
    (store: Store): Store => {
      let left = count
      return {
        ...store,
        commit: (changes) => (left-- > 0 ? Promise.reject(new Conflict('somebody was first')) : store.commit(changes)),
      }
    }

  test('is tried again', async () => {
    const context = await open({}, conflicts(4))
    expect(await send(context, 'd1', anObservation())).toBe('stored')
    expect(context.state.jobs.size).toBe(1)
  })

  test('again and again is given up, so that the sender tries again', async () => {
    const context = await open({}, conflicts(5))
    await expect(send(context, 'd1', anObservation())).rejects.toBeInstanceOf(Conflict)
  })

  test('is not overwritten by two messages at once', async () => {
    const context = await open({ job: aJob() })
    await Promise.all([
      send(context, 'd1', anObservation({ state: 'running', takenBy: 'r' })),
      send(context, 'd2', anObservation({ state: 'done', conclusion: 'success' })),
      send(context, 'd3', anObservation({ state: 'waiting' })),
    ])
    expect(await context.store.get('job', 'github/j1/1')).toMatchObject({ state: 'done', takenBy: 'r' })
  })
})

describe('a job that is over', () => {
  const over = aJob({ state: 'done', conclusion: 'success', doneAt: now - 1000 })

  test.each(['waiting', 'queued', 'running'] as const)('is not brought back by a late `%s`', async (state) => {
    const context = await open({ job: over })
    expect(await send(context, 'late', anObservation({ state, origin: 'trusted' }))).toBe('stored')
    expect(context.state.jobs.size).toBe(0)
    expect(await context.store.get('job', over.key)).toEqual(over)
  })

  test('is brought back by no reading either', async () => {
    const context = await open({ job: over })
    await observe(context, [anObservation({ via: 'read', began: now + 99_000, origin: 'trusted' })])
    expect(context.state.jobs.size).toBe(0)
  })

  test('leaves a new attempt alone, which is a job of its own', async () => {
    const context = await open({ job: over })
    await send(context, 'again', anObservation({ attempt: 2 }))
    expect([...context.state.jobs.keys()]).toEqual(['github/j1/2'])
  })
})

describe('the agent that took a job', () => {
  const taken = anObservation({ state: 'running', takenBy: 'slipway-test-a1-1' })

  const states: [AgentState, AgentState][] = [
    ['activating', 'running'],
    ['idle', 'running'],
    ['dismissing', 'running'],
    ['draining', 'running'],
    ['running', 'running'],
    ['requested', 'requested'],
    ['ending', 'ending'],
  ]
  test.each(states)('is bound to it by the name of its registration: %s becomes %s', async (before, after) => {
    const context = await open({ job: aJob(), agent: anAgent({ state: before, registered: false }) })
    await send(context, 'd1', taken)
    expect(context.state.agents.get('a1')).toMatchObject({ state: after, job: 'github/j1/1', registered: true })
    expect(context.state.jobs.get('github/j1/1')).toMatchObject({ agent: 'a1', takenBy: 'slipway-test-a1-1' })
  })

  test('is bound even to a job that we never heard of', async () => {
    const context = await open({ agent: anAgent() })
    await send(context, 'd1', taken)
    expect(context.state.agents.get('a1')?.job).toBe('github/j1/1')
  })

  test('is not ours when its name is not', async () => {
    const context = await open({ job: aJob(), agent: anAgent() })
    await send(context, 'd1', anObservation({ state: 'running', takenBy: 'their-runner' }))
    expect(context.state.agents.get('a1')?.state).toBe('idle')
    expect(context.state.jobs.get('github/j1/1')?.agent).toBeUndefined()
  })

  test('is not bound by the same name in another source', async () => {
    const context = await open({ agent: anAgent({ source: 'ghes' }) })
    await send(context, 'd1', taken)
    expect(context.state.agents.get('a1')?.job).toBeUndefined()
  })

  test('learns that its job is over, and makes no new record each time that is said', async () => {
    const agent = anAgent({ state: 'running', job: 'github/j1/1' })
    const context = await open({ job: aJob({ state: 'running', takenBy: 'slipway-test-a1-1', agent: 'a1' }), agent })
    const done = anObservation({ state: 'done', takenBy: 'slipway-test-a1-1' })
    await send(context, 'd1', done)
    expect(context.state.agents.get('a1')).toMatchObject({ state: 'running', jobDoneAt: now, version: 2 })
    await send(context, 'd2', done)
    expect(context.state.agents.get('a1')?.version).toBe(2)
  })

  test('does not learn, after the clock was set back, of an end that is still to come', async () => {
    const agent = anAgent({ state: 'running', job: 'github/j1/1' })
    const over = aJob({
      state: 'done',
      conclusion: 'success',
      doneAt: now + 3_600_000,
      agent: 'a1',
      takenBy: taken.takenBy,
    })
    const context = await open({ agent, job: over })
    await send(context, 'late', { ...taken, state: 'done', conclusion: 'success' })
    expect(context.state.agents.get('a1')).toMatchObject({ jobDoneAt: now })
  })
})
