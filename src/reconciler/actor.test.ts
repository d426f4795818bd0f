import { describe, expect, test } from 'vitest'
import { openContext } from '../../test/fakes/context.ts'
import { aContainer, aMachine, anAgent, aStandby } from '../../test/fakes/records.ts'
import { Conflict, Transient } from '../domain/errors.ts'
import { createActor } from './actor.ts'

const hanging = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { effect: () => promise, resolve }
}

describe('effects', () => {
  test('of one key run once at a time', async () => {
    const context = await openContext()
    const actor = createActor(context)
    const first = hanging()
    expect(actor.run('k', 't', first.effect)).toBe(true)
    expect(actor.run('k', 't', first.effect)).toBe(false)
    first.resolve()
    await actor.idle()
    expect(actor.run('k', 't', async () => {})).toBe(true)
  })

  test('of one target that hang hold up no other', async () => {
    const actor = createActor(await openContext())
    const stuck = hanging()
    for (let i = 0; i < 20; i++) actor.run(`stuck${i}`, 'machine:m1', stuck.effect)
    const { promise, resolve } = Promise.withResolvers<void>()
    actor.run('free', 'machine:m2', async () => resolve())
    await expect(promise).resolves.toBeUndefined()
    stuck.resolve()
    await actor.idle()
  })

  test('that fail are trouble of their target', async () => {
    const context = await openContext()
    const actor = createActor(context)
    actor.run('k', 'machine:m1', () => Promise.reject(new Transient('no answer')))
    await actor.idle()
    expect(context.backoffs.list()).toMatchObject([{ target: 'machine:m1', error: 'no answer' }])
  })

  test("that a change overtook are nobody's trouble", async () => {
    const context = await openContext()
    const actor = createActor(context)
    actor.run('k', 'machine:m1', () => Promise.reject(new Conflict('somebody was first')))
    await actor.idle()
    expect(context.backoffs.list()).toEqual([])
  })

  test('do not begin after the stop, even those that wait', async () => {
    const actor = createActor(await openContext())
    const first = hanging()
    const begun: number[] = []
    for (let i = 0; i < 20; i++)
      actor.run(`k${i}`, 't', () => {
        begun.push(i)
        return first.effect()
      })
    await Promise.resolve()
    const before = begun.length
    actor.stop()
    first.resolve()
    await actor.idle()
    expect(begun.length).toBe(before)
    expect(actor.run('late', 't', async () => {})).toBe(false)
  })
})

describe('records', () => {
  const removing = { agents: [anAgent({ state: 'ending' as const })], containers: [aContainer({ state: 'active' })] }
  const runtime = { tail: async () => '', remove: async () => {} }

  test('that want something done are driven to it', async () => {
    const context = await openContext({ ...removing, machines: [aMachine()], runtime })
    const actor = createActor(context)
    actor.driveAll()
    await actor.idle()
    expect([context.state.agents.size, context.state.containers.size]).toEqual([0, 0])
  })

  test('on a machine that does not answer, or rests, are left for later', async () => {
    const silent = await openContext({ ...removing, machines: [aMachine({ state: 'unreachable' })], runtime })
    const resting = await openContext({ ...removing, machines: [aMachine()], runtime })
    resting.backoffs.fail('machine:m1', new Transient('busy'))
    for (const context of [silent, resting]) {
      const actor = createActor(context)
      actor.driveAll()
      await actor.idle()
      expect(context.state.agents.size).toBe(1)
    }
  })

  test('on a machine that is gone are cleared away', async () => {
    const context = await openContext(removing)
    const actor = createActor(context)
    actor.driveAll()
    await actor.idle()
    expect(context.state.agents.size).toBe(0)
  })

  test('of standby containers that nobody keeps are removed, before they are made even', async () => {
    const containers = [
      aStandby('s1', undefined, { state: 'requested' }),
      aStandby('s2', undefined, { state: 'removing' }),
    ]
    const context = await openContext({ containers, machines: [aMachine()], pools: [], runtime })
    const actor = createActor(context)
    actor.driveAll()
    await actor.idle()
    expect(context.state.containers.size).toBe(0)
  })

  test('whose effect changes nothing are not driven again and again', async () => {
    let asked = 0
    const context = await openContext({
      agents: [anAgent({ state: 'dismissing' })],
      machines: [aMachine()],
      runtime: { activity: async () => 'idle' },
      source: {
        dismiss: () => {
          asked++
          return Promise.reject(new Transient('bad gateway'))
        },
      },
    })
    const actor = createActor(context)
    actor.driveAll()
    await actor.idle()
    expect(asked).toBe(1)
  })
})
