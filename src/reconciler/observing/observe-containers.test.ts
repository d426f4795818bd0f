import { describe, expect, test } from 'vitest'
import { createFakeActor, openContext, type Held } from '../../../test/fakes/context.ts'
import { aContainer, anAgent, aStandby, now } from '../../../test/fakes/records.ts'
import type { Agent, Container } from '../../domain/agent.ts'
import { NotFound, Transient } from '../../domain/errors.ts'
import type { ContainerObservation, ContainerRuntime } from '../../domain/ports/runtime.ts'
import { observeContainers, observeDeath } from './observe-containers.ts'
import { change } from '../state.ts'

const body = aContainer({ state: 'active' })
const listed = (phase: ContainerObservation['phase']): ContainerObservation => ({ key: 'a1', pool: 'linux', phase })
const ended = { exit: { kind: 'finished', exitCode: 0, detail: 'exit code 0' }, tail: '' } as const

async function open(held: Held, runtime: Partial<ContainerRuntime>) {
  const context = await openContext({ ...held, runtime: { activity: async () => 'idle', ...runtime } })
  const actor = createFakeActor()
  const look = async (ms = 0) => {
    await context.clock.advance(ms)
    await observeContainers(context, actor, 'm1')
    return context.state.agents.get('a1') ?? context.state.containers.get('a1')
  }
  return { context, actor, look }
}

const lists = (...found: ContainerObservation[]) => ({ list: async () => found })

describe('an agent whose container', () => {
  test('is gone has been killed', async () => {
    const { look } = await open({ agents: [anAgent()], containers: [body] }, lists())
    expect(await look()).toMatchObject({ state: 'ending', exit: { kind: 'killed' } })
  })

  test('is gone as of a look that began before its last change is left to the next look', async () => {
    const { context, look } = await open(
      { agents: [anAgent()], containers: [body] },
      {
        list: async () => {
          const agent = context.state.agents.get('a1')
          if (agent) await context.state.commit([change('agent', agent, { state: 'running', stateAt: now })])
          return []
        },
      },
    )
    expect(await look()).toMatchObject({ state: 'running' })
  })

  test('is still being made is not missed', async () => {
    const requested = { agents: [anAgent({ state: 'requested' })], containers: [aContainer({ state: 'requested' })] }
    expect(await (await open(requested, lists())).look()).toMatchObject({ state: 'requested' })
  })

  test('has exited ends as it says', async () => {
    const { look } = await open(
      { agents: [anAgent()], containers: [body] },
      { ...lists(listed('exited')), end: async () => ended },
    )
    expect(await look()).toMatchObject({ state: 'ending', exit: ended.exit })
  })

  test('runs while another engine has it is none of this look', async () => {
    const elsewhere = {
      agents: [anAgent({ machine: 'm2' })],
      containers: [aContainer({ state: 'active', machine: 'm2' })],
    }
    expect(await (await open(elsewhere, lists())).look()).toMatchObject({ state: 'idle' })
  })
})

describe('what the engine sees at work', () => {
  const follow = (agent: Partial<Agent>, activity: 'idle' | 'running' | 'unknown') =>
    open(
      { agents: [anAgent({ stateAt: now, ...agent })], containers: [body] },
      { ...lists(listed('running')), activity: async () => activity },
    )

  test('is running, though its webhook never came', async () => {
    const { look } = await follow({ registered: false }, 'running')
    expect(await look()).toMatchObject({ state: 'running', registered: true })
  })

  test('calls off the draining', async () => {
    expect(await (await follow({ state: 'draining' }, 'running')).look()).toMatchObject({ state: 'running' })
  })

  test('or can not tell stays as it is, however long', async () => {
    for (const state of ['idle', 'draining', 'running'] as const) {
      const { look } = await follow({ state }, 'unknown')
      await look()
      expect(await look(600_000)).toMatchObject({ state })
    }
  })

  test('and is known to run a job is not asked', async () => {
    const asked: string[] = []
    const { look } = await open(
      { agents: [anAgent({ state: 'running', job: 'github/j1/1' })], containers: [body] },
      {
        ...lists(listed('running')),
        activity: async (key) => {
          asked.push(key)
          return 'idle'
        },
      },
    )
    await look()
    expect(asked).toEqual([])
  })
})

describe('an agent that shows no job', () => {
  const quiet = (agent: Partial<Agent>) =>
    open({ agents: [anAgent({ stateAt: now, ...agent })], containers: [body] }, lists(listed('running')))

  test('and drains is ended after 90 s, not sooner', async () => {
    const { look } = await quiet({ state: 'draining', endReason: 'no job needed it' })
    await look()
    expect(await look(89_999)).toMatchObject({ state: 'draining' })
    expect(await look(1)).toMatchObject({ state: 'ending', exit: { kind: 'dismissed', detail: 'no job needed it' } })
  })

  test('counts its quiet from when it began to drain, not from before', async () => {
    const { context, look } = await quiet({ state: 'idle' })
    await look()
    await context.clock.advance(300_000)
    const agent = context.state.agents.get('a1')
    if (agent)
      await context.state.commit([change('agent', agent, { state: 'draining', stateAt: context.clock.wall() })])
    expect(await look()).toMatchObject({ state: 'draining' })
    expect(await look(89_999)).toMatchObject({ state: 'draining' })
  })

  test('begins anew after it was seen at work', async () => {
    let activity: 'idle' | 'running' = 'idle'
    const { context, look } = await open(
      { agents: [anAgent({ state: 'draining', stateAt: now })], containers: [body] },
      { ...lists(listed('running')), activity: async () => activity },
    )
    await look()
    activity = 'running'
    await look(60_000)
    activity = 'idle'
    const agent = context.state.agents.get('a1')
    if (agent) await context.state.commit([change('agent', agent, { state: 'draining' })])
    await look(1000)
    expect(await look(60_000)).toMatchObject({ state: 'draining' })
  })

  test('though its source called it busy is idle again after 90 s', async () => {
    const { look } = await quiet({ state: 'running' })
    await look()
    expect(await look(89_999)).toMatchObject({ state: 'running' })
    expect(await look(1)).toMatchObject({ state: 'idle' })
  })

  test('and never registered in its time is held against its pool', async () => {
    const { look } = await quiet({ state: 'draining', registered: false, activatedAt: now - 120_000 })
    await look()
    expect(await look(90_000)).toMatchObject({ exit: { kind: 'never-registered' } })
  })
})

describe('a standby container', () => {
  const states: [string, ContainerObservation[], Container['state']][] = [
    ['that runs is kept', [listed('running')], 'prepared'],
    ['that exited is removed', [listed('exited')], 'removing'],
    ['that is gone is removed', [], 'removing'],
  ]
  test.each(states)('%s', async (_name, found, expected) => {
    const { look } = await open({ containers: [aStandby('a1')] }, lists(...found))
    expect(await look()).toMatchObject({ state: expected })
  })

  test('that died is removed as soon as the engine says so', async () => {
    const { context } = await open({ containers: [aStandby('a1')] }, {})
    await observeDeath(context, 'm1', 'a1')
    expect(context.state.containers.get('a1')?.state).toBe('removing')
  })
})

describe('a container that we hold no record of', () => {
  test('and that went while the list travelled is no fault of its machine', async () => {
    const removed: string[] = []
    const { actor, look } = await open(
      {},
      {
        ...lists(listed('running')),
        activity: () => Promise.reject(new NotFound('no container a1')),
        remove: async (key) => void removed.push(key),
      },
    )
    await look()
    await actor.idle()
    expect(removed).toEqual([])
  })

  test('is removed', async () => {
    const removed: string[] = []
    const { actor, look } = await open(
      {},
      { ...lists(listed('running')), remove: async (key) => void removed.push(key) },
    )
    await look()
    await actor.idle()
    expect([actor.asked, removed]).toEqual([['orphan:a1'], ['a1']])
  })

  test('and died is nothing to us', async () => {
    const { context } = await open({}, { end: () => Promise.reject(new Transient('must not be asked')) })
    await expect(observeDeath(context, 'm1', 'a1')).resolves.toBeUndefined()
  })
})
