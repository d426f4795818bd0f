import { describe, expect, it } from 'vitest'
import type { LiveMachine, Now } from '../../../domain/console/live.ts'
import { applyChange } from './apply.ts'
import { createApi } from './api.ts'
import { amountText, shareOf } from './money.ts'
import { absolute, counted, relative, soon } from './words.ts'

describe('a change', () => {
  const machine = (key: string, fleet: string, createdAt: number) => ({ key, fleet, createdAt }) as LiveMachine
  const before = {
    seq: 7,
    jobs: { waiting: 0, queued: 1, running: 2 },
    fleets: [{ name: 'b' }, { name: 'a' }],
    machines: [machine('m1', 'b', 1), machine('m2', 'a', 1)],
  } as unknown as Now

  it('replaces what it names, keeps the rest, and puts new machines in their place', () => {
    const after = applyChange(before, {
      seq: 8,
      at: 5,
      gone: ['m2'],
      machines: [machine('m3', 'a', 9), machine('m4', 'b', 2)],
    })
    expect(after?.machines.map(({ key }) => key)).toEqual(['m1', 'm4', 'm3'])
    expect(after?.machines[0]).toBe(before.machines[0])
    expect(after?.jobs).toBe(before.jobs)
  })
  it('is nothing when it was seen, and leads nowhere when one is missing', () => {
    expect(applyChange(before, { seq: 7, at: 5 })).toBe(before)
    expect(applyChange(before, { seq: 9, at: 5 })).toBeUndefined()
  })
})

describe('a call', () => {
  const answers = (...list: Response[]) => {
    const asked: (string | null)[] = []
    const fetch = async (_url: unknown, init?: RequestInit) => {
      asked.push(new Headers(init?.headers).get('x-slipway-csrf'))
      return list.shift() ?? new Response('{}')
    }
    return { asked, fetch: fetch as typeof globalThis.fetch }
  }
  const error = (status: number, code: string) =>
    new Response(JSON.stringify({ error: { code, message: `it is ${code}` } }), { status })

  it('renews its guard once, and tells what was refused', async () => {
    const { asked, fetch } = answers(error(403, 'csrf'), error(422, 'refused'))
    const api = createApi({ fetch, guard: async (renew) => (renew ? 'new' : 'old'), onStranger: () => {} })
    await expect(api.send('POST', '/machines/m/undrain')).rejects.toThrow('it is refused')
    expect(asked).toEqual(['old', 'new'])
  })
  it('by nobody ends the session', async () => {
    const left: string[] = []
    const { fetch } = answers(error(401, 'unauthorized'))
    const api = createApi({ fetch, guard: async () => undefined, onStranger: () => void left.push('left') })
    await expect(api.get('/status')).rejects.toThrow('it is unauthorized')
    expect(left).toEqual(['left'])
  })
})

it.each([
  ['0', '0.00 USD'],
  ['1', '< 0.0001 USD'],
  ['12345678', '0.0123 USD'],
  ['999999999', '0.9999 USD'],
  ['1560042117', '1.56 USD'],
  ['1234567890123456789', '1,234,567,890.12 USD'],
  ['-12345678', '−0.0123 USD'],
])('%s nano-dollars are %s', (nanos, text) => {
  expect(amountText({ nanos, currency: 'USD' })).toBe(text)
})

it('shares of nothing are none', () => {
  expect([shareOf('1', '4'), shareOf('5', '0')]).toEqual([0.25, 0])
})

it('times and counts in words', () => {
  expect([relative(1000, 193_000), relative(41_000, 1000), relative(1000, 1200)]).toEqual([
    '3m12s ago',
    'in 40s',
    'now',
  ])
  expect([soon(300), soon(20_000)]).toEqual(['any moment now', 'in about 20s'])
  expect(absolute(0)).toBe('1970-01-01 00:00:00 UTC')
  expect([counted(1, 'job'), counted(2000, 'job')]).toEqual(['1 job', '2,000 jobs'])
})
