import { describe, expect, test } from 'vitest'
import { openContext } from '../../../../test/fakes/context.ts'
import { aJob, aMachine, anAgent, asks, aStandby, aContainer, now } from '../../../../test/fakes/records.ts'
import type { WaitGroup } from '../../../domain/plan.ts'
import { change } from '../../state.ts'
import { liveMachine } from './machine.ts'
import { queueOf } from './queue.ts'
import { createWaitMemory, quantile } from './recent-waits.ts'

describe('quantile', () => {
  test.each([
    [[], 0.5, 0],
    [[7], 0.5, 7],
    [[7], 0.95, 7],
    [[1, 2], 0.5, 1],
    [[1, 2, 3], 0.5, 2],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95, 10],
    [Array.from({ length: 100 }, (_, i) => i + 1), 0.95, 95],
  ])('%j at %d is %d', (sorted, part, expected) => {
    expect(quantile(sorted, part)).toBe(expected)
  })
})

describe('the queue', () => {
  const group = (patch: Partial<WaitGroup>): WaitGroup => ({
    source: 'github',
    scope: 'acme',
    requirement: asks('linux'),
    code: 'machine-full',
    count: 1,
    reason: 'it is full',
    next: 'later',
    ...patch,
  })

  test('has the group that has waited longest first, with what it asks for in words', () => {
    const jobs = [
      aJob({ externalId: '1', queuedAt: now - 1000, requirement: asks('LINUX') }),
      aJob({ externalId: '2', queuedAt: now - 3000 }),
      aJob({ externalId: '3', queuedAt: now - 9000, requirement: asks('gpu') }),
      aJob({ externalId: '4', queuedAt: now - 99_000, state: 'running' }),
      aJob({ externalId: '5', state: 'waiting', queuedAt: undefined }),
    ]
    const waits = [
      group({ count: 2 }),
      group({ requirement: asks('gpu'), code: 'unserved' }),
      group({ scope: 'other' }),
    ]
    const { jobs: counts, queue } = queueOf(jobs, waits)
    expect(counts).toEqual({ waiting: 1, queued: 3, running: 1 })
    expect(queue.map(({ labels, scope, oldestQueuedAt }) => [labels, scope, oldestQueuedAt])).toEqual([
      ['gpu', 'acme', now - 9000],
      ['linux', 'acme', now - 3000],
      ['linux', 'other', undefined],
    ])
  })
})

describe('waits of late', () => {
  test('are of the last hour, by pool, of jobs that were seen queued', async () => {
    const waits = [aJob({ externalId: '1' }), aJob({ externalId: '2' }), aJob({ externalId: '3' })]
    const context = await openContext({ jobs: waits, agents: [anAgent()] })
    const memory = createWaitMemory(context.state)
    const began = (startedAt: number, queuedAt: number, externalId = '1') => {
      const before = aJob({ externalId, queuedAt })
      const { record } = change('job', before, { state: 'running', startedAt, agent: 'a1' })
      memory.note([{ table: 'job', now: record, before }])
    }
    expect(memory.of('linux', now)).toEqual({ jobs: 0 })
    began(now - 3_700_000, now - 3_800_000)
    began(now - 1000, now - 3000)
    began(now - 500, now - 10_500)
    expect(memory.of('linux', now)).toEqual({ jobs: 2, p50Ms: 2000, p95Ms: 10_000 })
    expect(memory.of('other', now)).toEqual({ jobs: 0 })
    const unseen = aJob({ state: 'running', startedAt: now, agent: 'a1' })
    memory.note([{ table: 'job', now: unseen }])
    memory.note([{ table: 'job', now: { ...unseen, agent: undefined }, before: aJob() }])
    expect(memory.of('linux', now).jobs).toBe(2)
  })

  test('are bounded', async () => {
    const context = await openContext({ agents: [anAgent()] })
    const memory = createWaitMemory(context.state)
    for (let ms = 1; ms <= 5000; ms++) {
      const before = aJob({ queuedAt: now - ms })
      memory.note([{ table: 'job', now: { ...before, state: 'running', startedAt: now, agent: 'a1' }, before }])
    }
    expect(memory.of('linux', now)).toEqual({ jobs: 1000, p50Ms: 4500, p95Ms: 4950 })
  })
})

describe('a machine', () => {
  test('shows agents and what stands by, each with its share of the machine', async () => {
    const machine = aMachine()
    const small = { milliCpu: 1000, memory: machine.size.memory / 2, disk: 0 }
    const held = {
      machines: [machine],
      jobs: [aJob({ state: 'running', startedAt: now - 50 })],
      agents: [anAgent({ state: 'running', job: aJob().key })],
    }
    const context = await openContext(held)
    const bodies = [aStandby('s1', undefined, { resources: small, preparedAt: now - 9 }), aContainer()]
    const { agents } = liveMachine(context, machine, bodies)
    expect(agents).toMatchObject([
      { key: 'a1', state: 'running', share: 0.25, job: { key: aJob().key, name: 'j1', startedAt: now - 50 } },
      { key: 's1', state: 'standby', share: 0.5, since: now - 9 },
    ])
    expect(agents[1]).not.toHaveProperty('job')
  })

  test('with no room at all is divided by nothing', async () => {
    const none = { milliCpu: 0, memory: 0, disk: 0 }
    const machine = aMachine({ allocatable: none })
    const context = await openContext({ machines: [machine] })
    const shares = [aContainer(), aContainer({ key: 'a2', resources: none })]
    expect(liveMachine(context, machine, shares).agents.map(({ share }) => share)).toEqual([1, 0])
  })
})
