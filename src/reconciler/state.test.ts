import { describe, expect, test } from 'vitest'
import { aJob, aMachine, anAgent } from '../../test/fakes/records.ts'
import { Conflict, StoreUnavailable } from '../domain/errors.ts'
import type { Store } from '../domain/ports/store.ts'
import { createMemoryStore } from '../store/memory/index.ts'
import { change, create, openState, type Committed } from './state.ts'

describe('the live records in memory', () => {
  test('are those of the store that are not over', async () => {
    const store = createMemoryStore()
    await store.commit([
      create('job', aJob()),
      create('job', aJob({ externalId: 'old', state: 'done' })),
      create('agent', anAgent()),
      create('agent', anAgent({ key: 'old', state: 'gone' })),
      create('machine', aMachine()),
      create('machine', aMachine({ key: 'old', state: 'failed' })),
    ])
    const state = await openState(store)
    expect([...state.jobs.keys(), ...state.agents.keys(), ...state.machines.keys()]).toEqual([
      'github/j1/1',
      'a1',
      'm1',
    ])
  })

  test('change only once the store has taken the change', async () => {
    const memory = createMemoryStore()
    let fails = true
    const store: Store = {
      ...memory,
      commit: (changes) => (fails ? Promise.reject(new StoreUnavailable('disk full')) : memory.commit(changes)),
    }
    const state = await openState(store)
    await expect(state.commit([create('job', aJob())])).rejects.toBeInstanceOf(StoreUnavailable)
    expect(state.jobs.size).toBe(0)
    fails = false
    await state.commit([create('job', aJob())])
    expect(state.jobs.size).toBe(1)
  })

  test('are all changed by a batch, or none', async () => {
    const state = await openState(createMemoryStore())
    await state.commit([create('job', aJob())])
    const batch = [create('agent', anAgent()), create('job', aJob())]
    await expect(state.commit(batch)).rejects.toBeInstanceOf(Conflict)
    expect(state.agents.size).toBe(0)
  })

  test('let go of what is over', async () => {
    const state = await openState(createMemoryStore())
    const agent = anAgent()
    await state.commit([create('agent', agent)])
    await state.commit([change('agent', agent, { state: 'gone' })])
    expect(state.agents.size).toBe(0)
  })

  test('keep the newest version, in whatever order the store answers', async () => {
    const memory = createMemoryStore()
    const held: (() => void)[] = []
    const store: Store = {
      ...memory,
      async commit(changes) {
        await memory.commit(changes)
        await new Promise<void>((resolve) => void held.push(resolve))
      },
    }
    const state = await openState(store)
    const first = create('agent', anAgent({ state: 'requested' }))
    const second = change('agent', first.record, { state: 'idle' })
    const commits = [state.commit([first]), state.commit([second])]
    await Promise.resolve()
    for (const answer of held.toReversed()) {
      answer()
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    await Promise.all(commits)
    expect(state.agents.get('a1')).toEqual(second.record)
  })

  test('tell who listens what changed, and what it was', async () => {
    const state = await openState(createMemoryStore())
    const heard: Committed[] = []
    state.onCommit((changes) => heard.push(...changes))
    const job = aJob()
    await state.commit([create('job', job), { kind: 'setting', key: 'x', value: 'y' }])
    const put = change('job', job, { state: 'running' })
    await state.commit([put])
    expect(heard).toEqual([
      { table: 'job', now: job, before: undefined },
      { table: 'job', now: put.record, before: job },
    ])
  })

  test('an empty change is no change', async () => {
    const store: Store = { ...createMemoryStore(), commit: () => Promise.reject(new Error('must not be asked')) }
    const state = await openState(store)
    await expect(state.commit([])).resolves.toBeUndefined()
  })
})
