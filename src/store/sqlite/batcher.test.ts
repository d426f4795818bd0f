import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../domain/errors.ts'
import { createBatcher } from './batcher.ts'
import type { Batch, Outcome } from './protocol.ts'

/** A store that answers when the test says so, and a clock that the test moves. */
function setUp() {
  const sent: { batches: readonly Batch[]; answer: (outcomes: Outcome[]) => void; fail: (error: Error) => void }[] = []
  const warnings: object[] = []
  let now = 0
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields: object) => void warnings.push(fields),
    error: () => undefined,
    child: () => logger,
  }
  const batcher = createBatcher({
    send: (batches) => new Promise((answer, fail) => sent.push({ batches, answer, fail })),
    clock: { wall: () => now, monotonic: () => now, timer: () => () => undefined },
    logger,
  })
  return { batcher, sent, warnings, pass: (ms: number) => (now += ms) }
}

function numbered(number: number): Batch {
  return [['drop setting', [number]]]
}

/** Lets a few turns of the event loop pass. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => void setImmediate(resolve))
}

const kept = (count: number): Outcome[] => Array.from({ length: count }, () => 'kept')

describe('the batcher', () => {
  it('sends together what comes in one turn of the event loop', async () => {
    const { batcher, sent } = setUp()
    const first = [batcher.commit(numbered(1)), batcher.commit(numbered(2))]
    await settled()
    const second = batcher.commit(numbered(3))
    await settled()
    expect(sent.map(({ batches }) => batches)).toStrictEqual([[numbered(1), numbered(2)], [numbered(3)]])
    sent[0]?.answer(['kept', 0])
    expect(await Promise.all(first)).toStrictEqual(['kept', 0])
    sent[1]?.answer(['kept'])
    expect(await second).toBe('kept')
    await batcher.idle()
    expect(sent).toHaveLength(2)
  })

  it('sends at once what is enough for a group', () => {
    const { batcher, sent } = setUp()
    for (let index = 0; index < 40; index++) void batcher.commit(numbered(index))
    expect(sent.map(({ batches }) => batches.length)).toStrictEqual([16, 16])
  })

  it('collects while two groups are under way, and sends in order', async () => {
    const { batcher, sent } = setUp()
    const all = Array.from({ length: 100 }, (_, index) => batcher.commit(numbered(index)))
    await settled()
    expect(sent.map(({ batches }) => batches.length)).toStrictEqual([16, 16])
    sent[0]?.answer(kept(16))
    await settled()
    expect(sent.map(({ batches }) => batches.length)).toStrictEqual([16, 16, 68])
    sent[1]?.answer(kept(16))
    sent[2]?.answer(kept(68))
    await Promise.all(all)
    const order = sent.flatMap(({ batches }) => batches)
    expect(order).toStrictEqual(Array.from({ length: 100 }, (_, index) => numbered(index)))
  })

  it('splits what is too much for one transaction', async () => {
    const { batcher, sent } = setUp()
    const all = Array.from({ length: 1532 }, (_, index) => batcher.commit(numbered(index)))
    sent[0]?.answer(kept(16))
    sent[1]?.answer(kept(16))
    await settled()
    expect(sent.map(({ batches }) => batches.length)).toStrictEqual([16, 16, 1000, 500])
    sent[2]?.answer(kept(1000))
    sent[3]?.answer(kept(500))
    expect(await Promise.all(all)).toHaveLength(1532)
  })

  it('rejects a group that could not be sent, and goes on with the next', async () => {
    const { batcher, sent } = setUp()
    const lost = batcher.commit(numbered(1))
    await settled()
    const next = batcher.commit(numbered(2))
    sent[0]?.fail(new StoreUnavailable('gone'))
    await expect(lost).rejects.toThrow('gone')
    await settled()
    sent[1]?.answer(['kept'])
    expect(await next).toBe('kept')
  })

  it('takes no more than it can remember while the store hangs', async () => {
    const { batcher, sent } = setUp()
    const underWay = Array.from({ length: 32 }, (_, index) => batcher.commit(numbered(index)))
    const waiting = Array.from({ length: 20_000 }, (_, index) => batcher.commit(numbered(index)))
    await expect(batcher.commit(numbered(1))).rejects.toThrow(/too slow: 20000 commits wait/)
    expect(sent).toHaveLength(2)
    expect([underWay, waiting].flat()).toHaveLength(20_032)
  })

  it('says when the store is slow', async () => {
    const { batcher, sent, warnings, pass } = setUp()
    for (const ms of [1000, 1500]) {
      const committed = batcher.commit(numbered(1))
      await settled()
      pass(ms)
      sent.at(-1)?.answer(['kept'])
      await committed
      await batcher.idle()
    }
    expect(warnings).toStrictEqual([{ ms: 1500, batches: 1 }])
  })
})
