import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../../../test/fakes/clock.ts'
import { Refused } from '../../../domain/errors.ts'
import { createWriteBudget } from './budget.ts'
import { accepted, operationText, parseOperation } from './operation.ts'
import { outboundTo } from '../../../kit/outbound.ts'

describe('budget of writes', () => {
  it('lets so many through in any minute, and says when the next may come', async () => {
    const clock = createFakeClock()
    const budget = createWriteBudget(clock, 2)
    budget.take('a')
    await clock.advance(20_000)
    budget.take('b')
    expect(() => budget.take('c')).toThrow(expect.objectContaining({ retryAfterMs: 40_000 }))
    await clock.advance(40_000)
    budget.take('c')
    expect(() => budget.take('d')).toThrow(expect.objectContaining({ retryAfterMs: 20_000 }))
  })

  it('waits for as long as Azure said', async () => {
    const clock = createFakeClock()
    const budget = createWriteBudget(clock, 100)
    budget.hold(5_000)
    expect(() => budget.take('a')).toThrow(expect.objectContaining({ retryAfterMs: 5_000 }))
    await clock.advance(5_000)
    budget.take('a')
  })
})

describe('the way out', () => {
  const options = { proxy: 'http://me:pa%20ss@proxy.local:3128', noProxy: ['.azure.com', 'login.local:443'] }
  it.each([
    ['https://management.azure.com', false],
    ['https://prices.azure.com', false],
    ['https://azure.com', false],
    ['https://notazure.com', true],
    ['https://login.local', false],
    ['https://other.local', true],
  ])('%s through the proxy: %s', (url, through) => {
    expect(outboundTo(url, options).proxyOptions !== undefined).toBe(through)
  })

  it('knows the proxy’s password and trusts one authority more', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-ca-'))
    writeFileSync(join(folder, 'ca.pem'), 'PEM')
    const outbound = outboundTo('https://x.local', { ...options, caFile: join(folder, 'ca.pem') })
    rmSync(folder, { recursive: true })
    expect(outbound.proxyOptions).toEqual({ host: 'http://proxy.local', port: 3128, username: 'me', password: 'pa ss' })
    expect(outbound.tlsOptions?.ca).toContain('PEM')
    expect(outbound.tlsOptions?.ca?.length).toBeGreaterThan(100)
  })
})

describe('operations in words', () => {
  it('come back as they were', () => {
    const operation = { verb: 'delete', machine: 'm1', poller: '{"state":{}}' } as const
    expect(parseOperation(operationText(operation))).toEqual(operation)
    expect(parseOperation(operationText({ verb: 'create', machine: 'm1' }))).toEqual({ verb: 'create', machine: 'm1' })
  })

  it.each(['', '{}', 'not json', '{"verb":"dance","machine":"m1"}'])('refuses %j', (text) => {
    expect(() => parseOperation(text)).toThrow(Refused)
  })

  it('keeps of a poller what asking on needs, and nothing of the answer', async () => {
    const state = {
      status: 'running',
      result: { secret: 1 },
      config: { operationLocation: '/o', resourceLocation: '/r' },
    }
    const poller = {
      submitted: async () => undefined,
      serialize: async () => JSON.stringify({ state }),
      isDone: false,
      operationState: { status: 'running' },
    }
    expect(JSON.parse((await accepted(poller)) ?? '')).toEqual({
      state: { status: 'running', config: { operationLocation: '/o' } },
    })
    expect(await accepted({ ...poller, isDone: true, operationState: { status: 'succeeded' } })).toBeUndefined()
    const error = new Error('no')
    const lost = { ...poller, isDone: true, operationState: { status: 'failed', error } }
    await expect(accepted(lost)).rejects.toBe(error)
  })
})
