import { describe, expect, it } from 'vitest'
import { createGithubFixture } from '../../../../test/fakes/github-api.ts'
import { readCursor } from './cursor.ts'

interface FakeDelivery {
  readonly guid: string
  readonly agoMs: number
  readonly change?: object
}

const LIST = 'GET /app/hook/deliveries'
const MINUTE = 60_000

/** A log of deliveries, newest first, whose redeliveries are counted; `stored` are those that arrived. */
function createLog(overrides: Readonly<Record<string, unknown>> = { scopes: [{ organization: 'acme' }] }) {
  const fixture = createGithubFixture(overrides)
  const { api, clock, source } = fixture
  const stored = new Set<string>()
  let log: FakeDelivery[] = []
  const written = clock.wall()
  api.on('GET /installation/repositories', { body: { repositories: [{ id: 3, full_name: 'acme/x' }] } })
  api.on(LIST, ({ query }) => {
    const size = Number(query['per_page'])
    const from = Number(query['cursor'] ?? 0)
    const link = from + size < log.length ? `<https://github.test/api/x?cursor=${from + size}>; rel="next"` : ''
    return { body: log.slice(from, from + size).map(toDelivery), headers: { link } }
  })

  function toDelivery({ guid, agoMs, change }: FakeDelivery) {
    return {
      id: Number(guid.slice(1)),
      guid,
      delivered_at: new Date(written - agoMs).toISOString(),
      redelivery: false,
      status: 'OK',
      status_code: 502,
      event: 'workflow_job',
      action: 'queued',
      installation_id: 7,
      repository_id: 3,
      ...change,
    }
  }

  return {
    ...fixture,
    stored,
    write: (deliveries: FakeDelivery[]) => {
      log = deliveries.toSorted((a, b) => a.agoMs - b.agoMs)
      for (const { guid } of log) {
        api.on(`POST /app/hook/deliveries/${guid.slice(1)}/attempts`, { status: 202 })
      }
    },
    recover: async (cursor?: string) => {
      const recovery = await source.recover?.(cursor, (guids) =>
        Promise.resolve(new Set(guids.filter((guid) => stored.has(guid)))),
      )
      if (!recovery) throw new Error('nothing recovered')
      return recovery
    },
    sent: () => api.routes().filter((route) => route.startsWith('POST')),
  }
}

describe('recovery', () => {
  it('has missing messages sent again, whatever became of them, and no others', async () => {
    const { recover, write, stored, sent } = createLog()
    stored.add('g1')
    write([
      { guid: 'g1', agoMs: MINUTE },
      { guid: 'g2', agoMs: MINUTE },
      { guid: 'g3', agoMs: 2 * MINUTE, change: { status_code: 200 } },
    ])
    expect(await recover()).toMatchObject({ compared: 3, missed: 2, redelivered: 2 })
    expect(sent()).toEqual(['POST /app/hook/deliveries/2/attempts', 'POST /app/hook/deliveries/3/attempts'])
  })

  it.each([
    ['another event', { event: 'push' }],
    ['an action of tomorrow', { action: 'dreaming' }],
    ['another installation', { installation_id: 99 }],
    ['no installation', { installation_id: null }],
    ['a shape that we do not know', { delivered_at: 12 }],
  ])('leaves %s alone', async (_what, change) => {
    const { recover, write, sent } = createLog()
    write([{ guid: 'g1', agoMs: MINUTE, change }])
    expect(await recover()).toMatchObject({ compared: 0, missed: 0, redelivered: 0 })
    expect(sent()).toEqual([])
  })

  it('leaves repositories outside every scope alone', async () => {
    const { recover, write, api } = createLog({ scopes: [{ organization: 'acme', repositories: ['acme/y'] }] })
    api.on('GET /installation/repositories', {
      body: {
        repositories: [
          { id: 3, full_name: 'acme/x' },
          { id: 4, full_name: 'acme/y' },
        ],
      },
    })
    write([
      { guid: 'g1', agoMs: MINUTE },
      { guid: 'g2', agoMs: MINUTE, change: { repository_id: 4 } },
    ])
    expect(await recover()).toMatchObject({ missed: 1, redelivered: 1 })
  })

  it('gives a message that was just answered the time to come in', async () => {
    const { recover, write, clock } = createLog()
    write([{ guid: 'g1', agoMs: 2000, change: { status_code: 200 } }])
    const first = await recover()
    expect(first).toMatchObject({ compared: 0, redelivered: 0 })
    await clock.advance(MINUTE)
    expect(await recover(first.cursor)).toMatchObject({ missed: 1, redelivered: 1 })
  })

  it('looks back at the first call, and later as far as the cursor, with an overlap', async () => {
    const { recover, write, clock } = createLog()
    write([{ guid: 'g1', agoMs: 11 * MINUTE }])
    const first = await recover()
    expect(first.compared).toBe(0)
    await clock.advance(30 * MINUTE)
    write([
      { guid: 'g2', agoMs: -20 * MINUTE },
      { guid: 'g3', agoMs: 5 * MINUTE },
    ])
    const second = await recover(first.cursor)
    expect(second.compared).toBe(2)
    expect((await recover(second.cursor)).compared).toBe(1)
  })

  it('waits longer with every try, and forgets what has arrived', async () => {
    const { recover, write, stored, clock, sent } = createLog()
    write([{ guid: 'g1', agoMs: MINUTE }])
    let { cursor } = await recover()
    const step = async (ms: number): Promise<number> => {
      await clock.advance(ms)
      const recovery = await recover(cursor)
      cursor = recovery.cursor
      return recovery.redelivered
    }
    expect([await step(4 * MINUTE), await step(MINUTE), await step(9 * MINUTE), await step(MINUTE)]).toEqual([
      0, 1, 0, 1,
    ])
    expect(sent()).toHaveLength(3)
    stored.add('g1')
    await step(60 * MINUTE)
    expect(readCursor(cursor)?.missing).toEqual([])
  })

  it('gives up in the end', async () => {
    const { recover, write, clock, sent } = createLog()
    write([{ guid: 'g1', agoMs: MINUTE }])
    let cursor: string | undefined
    for (let round = 0; round < 30; round += 1) {
      cursor = (await recover(cursor)).cursor
      await clock.advance(7 * 60 * MINUTE)
    }
    expect(sent()).toHaveLength(8)
    expect(readCursor(cursor)?.missing).toEqual([])
  })

  it('does a long log in parts, and the rest of the messages later', async () => {
    const { recover, write, clock, api, sent } = createLog()
    const start = await recover()
    await clock.advance(100 * MINUTE)
    const count = 1400
    write(Array.from({ length: count }, (_, index) => ({ guid: `g${index}`, agoMs: -index * 1000 })))
    const stored = new Set(
      Array.from({ length: count }, (_, index) => `g${index}`).filter((_, index) => index % 20 > 0),
    )
    const source = { recover: (cursor: string) => recover(cursor), stored }
    const pages = () => api.routes().filter((route) => route === LIST).length
    const before = pages()
    const first = await source.recover(start.cursor)
    expect(pages() - before).toBe(10)
    expect(readCursor(first.cursor)?.resume).toBeDefined()
    expect(first).toMatchObject({ compared: 1000, missed: 1000, redelivered: 50 })
    expect(sent()).toHaveLength(50)
    await clock.advance(1000)
    const second = await source.recover(first.cursor)
    expect(second.redelivered).toBe(50)
    expect(pages() - before).toBe(14)
  })

  it('stops at a limit without losing count', async () => {
    const { recover, write, api, clock } = createLog()
    write([
      { guid: 'g1', agoMs: MINUTE },
      { guid: 'g2', agoMs: 2 * MINUTE },
    ])
    api.next('POST /app/hook/deliveries/1/attempts', { status: 429, headers: { 'retry-after': '60' } })
    const first = await recover()
    expect(first).toMatchObject({ missed: 2, redelivered: 0 })
    await clock.advance(MINUTE)
    expect(await recover(first.cursor)).toMatchObject({ missed: 0, redelivered: 2 })
  })

  it('does not repeat at once what may have been sent, nor what can not be', async () => {
    const { recover, write, api, clock, sent } = createLog()
    write([
      { guid: 'g1', agoMs: MINUTE },
      { guid: 'g2', agoMs: 2 * MINUTE },
    ])
    api.next('POST /app/hook/deliveries/1/attempts', { status: 422 })
    api.next('POST /app/hook/deliveries/2/attempts', new Error('cut'))
    const first = await recover()
    await clock.advance(MINUTE)
    api.next('POST /app/hook/deliveries/1/attempts', { status: 422 })
    await recover(first.cursor)
    expect(sent().filter((route) => route.includes('/2/'))).toHaveLength(1)
  })

  it.each([['not JSON'], ['{}'], ['{"since":"yesterday"}']])('begins anew from a cursor %s', async (cursor) => {
    const { recover, write } = createLog()
    write([{ guid: 'g1', agoMs: MINUTE }])
    expect(await recover(cursor)).toMatchObject({ compared: 1, missed: 1 })
  })
})
