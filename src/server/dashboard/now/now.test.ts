import { describe, expect, it } from 'vitest'
import type { LivePool, Now, QueueGroup } from '../../../domain/console/live.ts'
import { cardsOf } from './queue-cards.ts'
import { scaleOf, shrink } from './scale.ts'
import { lookOf, progress } from './machine-words.ts'
import { verdictOf } from './verdict.ts'

const at = 1_000_000
const calm: Now = {
  seq: 1,
  at,
  version: '1',
  owner: 'acme',
  startedAt: 0,
  problems: [],
  jobs: { waiting: 0, queued: 0, running: 12 },
  queue: [],
  pools: [],
  fleets: [],
  machines: [],
}
const group: QueueGroup = {
  source: 'github',
  scope: 'acme',
  pool: 'linux',
  labels: 'linux',
  count: 3,
  code: 'machine-coming',
  reason: 'a machine boots',
  next: 'it is placed',
}
const pool: LivePool = {
  name: 'linux',
  os: 'linux',
  fleets: [],
  queued: 0,
  agents: {},
  standby: 0,
  warm: { agents: 0, standby: 0 },
  recent: { jobs: 0 },
}

describe('the verdict', () => {
  it.each([
    ['nobody waits', {}, 'good', 'All is well: 12 jobs running, nobody waits.'],
    [
      'what waits goes on by itself',
      { jobs: { ...calm.jobs, queued: 3 }, queue: [{ ...group, etaMs: 20_000 }] },
      'good',
      'All is well: 12 jobs running, 3 wait, the next begins in about 20s.',
    ],
    [
      'a limit holds some',
      { jobs: { ...calm.jobs, queued: 3 }, queue: [{ ...group, code: 'money-limit' }] },
      'notice',
      '3 jobs held by limits; 12 jobs running, 3 wait.',
    ],
    [
      'some wait longer than their pool promises',
      {
        jobs: { ...calm.jobs, queued: 3 },
        queue: [{ ...group, oldestQueuedAt: at - 61_000 }],
        pools: [{ ...pool, recent: { jobs: 0, targetMs: 60_000 } }],
      },
      'notice',
      '3 jobs wait longer than wanted; 12 jobs running, 3 wait.',
    ],
    [
      'nobody serves some',
      { jobs: { ...calm.jobs, queued: 3 }, queue: [{ ...group, code: 'unserved' }] },
      'bad',
      '1 thing to look at: 12 jobs running, 3 wait.',
    ],
    [
      'a pool is broken',
      { pools: [{ ...pool, broken: 'no image' }] },
      'bad',
      '1 thing to look at: 12 jobs running, nobody waits.',
    ],
    [
      'the service is in trouble',
      { problems: ['no writes'] },
      'bad',
      '1 thing to look at: 12 jobs running, nobody waits.',
    ],
  ] as const)('when %s', (_case, change, tone, line) => {
    expect(verdictOf({ ...calm, ...change }, at)).toMatchObject({ tone, line })
  })
})

describe('the scale', () => {
  const of = (cpu: number) => ({ size: { milliCpu: cpu * 1000, memory: 0, disk: 0 } })

  it('is the same for all, and lets the largest fill the width side by side', () => {
    expect(scaleOf([of(16), of(8)], 880)).toEqual({ perCpu: 17, compact: false })
    expect(scaleOf([of(16)], 340)).toEqual({ perCpu: 21, compact: false })
  })
  it('never makes a machine wider than there is room', () => {
    for (const width of [200, 340, 900, 1500])
      for (const cpu of [1, 4, 64, 128])
        expect(scaleOf([of(cpu), of(1)], width).perCpu * cpu).toBeLessThanOrEqual(width)
  })
  it('is thin where there are many', () => {
    expect(
      scaleOf(
        Array.from({ length: 300 }, () => of(8)),
        880,
      ).compact,
    ).toBe(true)
  })
  it('shrinks what is promised beyond what there is', () => {
    expect(shrink([0.5, 0.25])).toEqual([0.5, 0.25])
    expect(shrink([1, 1])).toEqual([0.5, 0.5])
  })
})

it('jobs that ask for the same are one card with all its reasons, and the longest wait', () => {
  const cards = cardsOf([
    { ...group, pool: undefined, code: 'starting', oldestQueuedAt: 50 },
    { ...group, oldestQueuedAt: 20 },
    { ...group, labels: 'large', count: 1 },
  ])
  expect(cards).toMatchObject([
    {
      labels: 'linux',
      pool: 'linux',
      count: 6,
      oldestQueuedAt: 20,
      reasons: [{ code: 'starting' }, { code: 'machine-coming' }],
    },
    { labels: 'large', count: 1 },
  ])
})

describe('how a machine is drawn', () => {
  it.each([
    ['booting', undefined, 'coming'],
    ['ready', undefined, 'ready'],
    ['ready', { reason: 'r', by: 'b', at: 0 }, 'draining'],
    ['stopped', undefined, 'asleep'],
    ['deleting', undefined, 'leaving'],
    ['unreachable', undefined, 'lost'],
  ] as const)('%s with cordon %o: %s', (state, cordon, look) => {
    expect(lookOf({ state, cordon })).toBe(look)
  })
  it('is filled as far as it is on its way', () => {
    expect([50, 150, 400].map((now) => progress({ createdAt: 100, expectedAt: 200 }, now))).toEqual([0, 0.5, 1])
    expect(progress({ createdAt: 100 }, 150)).toBe(0)
  })
})
