import { describe, expect, test } from 'vitest'
import { openContext, type Held } from '../../../test/fakes/context.ts'
import { aContainer, aJob, anAgent, aRequest } from '../../../test/fakes/records.ts'
import type { Agent } from '../../domain/agent.ts'
import { ImageUnavailable, Refused, Transient, Unauthorized } from '../../domain/errors.ts'
import type { ContainerSpec } from '../../domain/ports/runtime.ts'
import type { Admission, AdmissionRequest } from '../../domain/ports/source.ts'
import { settleActivation, startAgent } from './start-agent.ts'

interface Wish extends Held {
  readonly agent?: Partial<Agent>
  readonly prepare?: () => Promise<void>
  readonly admit?: () => Promise<Admission>
  readonly activate?: () => Promise<void>
  readonly activity?: 'idle' | 'running' | 'unknown'
  readonly binding?: 'fixed'
}

async function start(wish: Wish = {}) {
  const { prepare, admit, activate, activity = 'idle', binding = 'free' } = wish
  const specs: ContainerSpec[] = []
  const requests: AdmissionRequest[] = []
  const secrets: Readonly<Record<string, string>>[] = []
  const context = await openContext({
    agents: [anAgent({ state: 'requested', tries: 0, registered: false, activatedAt: undefined, ...wish.agent })],
    containers: [aContainer({ state: 'requested' })],
    registrations: [],
    ...wish,
    runtime: {
      prepare: async (spec) => {
        specs.push(spec)
        await prepare?.()
      },
      activate: async (_key, { env }) => {
        secrets.push(env)
        await activate?.()
      },
      activity: async () => activity,
    },
    source: {
      binding,
      admit: async (request) => {
        requests.push(request)
        return admit?.() ?? { externalId: '7', env: { JIT: 'secret' } }
      },
    },
  })
  context.backoffs.fail('scope:github/acme', new Transient('earlier'))
  const admissions = new Map<string, Admission>()
  const again = () => startAgent(context, 'a1', admissions)
  await again()
  return { context, specs, requests, secrets, again, agent: () => context.state.agents.get('a1') }
}

describe('starting an agent', () => {
  test('prepares its container, registers it, and hands the one to the other', async () => {
    const { context, specs, requests, secrets, agent } = await start()
    expect(specs).toMatchObject([{ key: 'a1', pool: 'linux', image: 'agent', runsAtOnce: false }])
    expect(requests).toMatchObject([{ name: 'slipway-test-a1-1', labels: ['self-hosted', 'linux'] }])
    expect(secrets).toEqual([{ JIT: 'secret' }])
    expect(agent()).toMatchObject({ state: 'idle', tries: 1, registered: false })
    expect(context.state.containers.get('a1')?.state).toBe('active')
    expect([...context.state.registrations.values()]).toMatchObject([{ state: 'made', externalId: '7' }])
  })

  test('ends the trouble of its scope', async () => {
    expect((await start()).context.backoffs.failures('scope:github/acme')).toBe(0)
  })

  test('stores nothing secret', async () => {
    const { context } = await start()
    const kept = [
      await context.store.live('agent'),
      await context.store.live('registration'),
      await context.store.journal({ limit: 9 }),
    ]
    expect(JSON.stringify(kept)).not.toContain('secret')
  })

  test('keeps what the source gave while the engine errs, and asks for no second registration', async () => {
    let errs = 1
    const { context, requests, again, agent } = await start({
      prepare: async () => {
        if (errs-- > 0) throw new Transient('engine busy')
      },
    })
    expect([agent()?.state, context.backoffs.failures('machine:m1')]).toEqual(['requested', 1])
    await again()
    expect([agent()?.state, requests.length]).toEqual(['idle', 1])
  })

  test('prepares nothing twice while the source errs, and asks it under a new name', async () => {
    let errs = 1
    const { context, specs, requests, again, agent } = await start({
      admit: async () => {
        if (errs-- > 0) throw new Unauthorized('no permission')
        return { env: {} }
      },
    })
    expect([agent()?.state, context.backoffs.failures('scope:github/acme')]).toEqual(['requested', 2])
    await again()
    expect([agent()?.state, specs.length]).toEqual(['idle', 1])
    expect(requests.map(({ name }) => name)).toEqual(['slipway-test-a1-1', 'slipway-test-a1-2'])
  })

  const ends: [string, Wish, string, string][] = [
    [
      'an image that is gone',
      { prepare: () => Promise.reject(new ImageUnavailable('gone')) },
      'image-failed',
      'pool:linux',
    ],
    [
      'a container that is refused',
      { prepare: () => Promise.reject(new Refused('bad')) },
      'start-failed',
      'pool:linux',
    ],
    ['a registration that is refused', { admit: () => Promise.reject(new Refused('422')) }, 'never-registered', ''],
    ['a pool that is gone', { pools: [] }, 'dismissed', ''],
  ]
  test.each(ends)('is ended by %s', async (_what, wish, kind, target) => {
    const { context, agent } = await start(wish)
    expect(agent()).toMatchObject({ state: 'ending', exit: { kind } })
    expect(context.backoffs.failures('pool:linux')).toBe(target ? 1 : 0)
  })

  test('of a pushed job runs what the job brings; if that fails, the pool is not to blame', async () => {
    const job = aJob({ request: aRequest({ image: 'tool:1', command: ['make'] }), agent: 'a1' })
    const wish: Wish = { binding: 'fixed', jobs: [job], agent: { job: job.key } }
    const { specs, agent, context } = await start(wish)
    expect(specs).toMatchObject([{ image: 'tool:1', command: ['make'], runsAtOnce: true }])
    expect(agent()).toMatchObject({ state: 'running', registered: true })
    expect(context.state.jobs.get(job.key)?.state).toBe('running')
    const failed = await start({ ...wish, prepare: () => Promise.reject(new Refused('bad')) })
    expect(failed.context.backoffs.failures('pool:linux')).toBe(0)
  })
})

describe('an activation of which nobody knows whether it arrived', () => {
  const lost = { activate: () => Promise.reject(new Transient('reset')) }

  test('stands when the container is at work', async () => {
    expect((await start({ ...lost, activity: 'running' })).agent()).toMatchObject({
      state: 'running',
      registered: true,
    })
  })

  test.each(['idle', 'unknown'] as const)('costs the container when it is %s', async (activity) => {
    expect((await start({ ...lost, activity })).agent()?.state).toBe('dismissing')
  })

  test('is settled the same way after a restart', async () => {
    const context = await openContext({
      agents: [anAgent({ state: 'activating' })],
      runtime: { activity: async () => 'running' },
    })
    await settleActivation(context, 'a1')
    expect(context.state.agents.get('a1')?.state).toBe('running')
  })
})
