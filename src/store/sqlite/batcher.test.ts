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

/** Lets everything run that waits for nothing. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

describe('the batcher', () => {
  it('sends together what comes together, and what comes while others are under way', async () => {
    const { batcher, sent } = setUp()
    const first = [batcher.commit(numbered(1)), batcher.commit(numbered(2))]
    await settled()
    const second = [batcher.commit(numbered(3)), batcher.commit(numbered(4))]
    await settled()
    expect(sent.map(({ batches }) => batches)).toStrictEqual([[numbered(1), numbered(2)]])
    sent[0]?.answer(['kept', 0])
    expect(await Promise.all(first)).toStrictEqual(['kept', 0])
    await settled()
    expect(sent[1]?.batches).toStrictEqual([numbered(3), numbered(4)])
    sent[1]?.answer(['kept', 'kept'])
    expect(await Promise.all(second)).toStrictEqual(['kept', 'kept'])
    await batcher.idle()
    expect(sent).toHaveLength(2)
  })

  it('splits what is too much for one transaction', async () => {
    const { batcher, sent } = setUp()
    const all = Array.from({ length: 1500 }, (_, index) => batcher.commit(numbered(index)))
    await settled()
    sent[0]?.answer(Array.from({ length: 1000 }, () => 'kept'))
    await settled()
    sent[1]?.answer(Array.from({ length: 500 }, () => 'kept'))
    expect(await Promise.all(all)).toHaveLength(1500)
    expect(sent.map(({ batches }) => batches.length)).toStrictEqual([1000, 500])
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
    const first = batcher.commit(numbered(0))
    await settled()
    const waiting = Array.from({ length: 20_000 }, (_, index) => batcher.commit(numbered(index)))
    await expect(batcher.commit(numbered(1))).rejects.toThrow(/too slow: 20000 commits wait/)
    expect(sent).toHaveLength(1)
    expect([first, ...waiting]).toHaveLength(20_001)
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
