import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { StoreUnavailable, StoreUnusable } from '../../domain/errors.ts'
import { createChannel } from './channel.ts'

/** A worker that runs `code` with `port`, the way to the main thread. */
function worker(code: string): Worker {
  return new Worker(`const { parentPort: port } = require('node:worker_threads'); ${code}`, { eval: true })
}

const opened = `port.postMessage({ id: 0, value: 'ready' });`

describe('the channel to the worker', () => {
  it('gives each call its own answer', async () => {
    const answers = `port.on('message', ({ id, call, args }) => port.postMessage({ id, value: call + args[0] }))`
    const thread = worker(opened + answers)
    const channel = createChannel(thread)
    await channel.opened
    const [first, second] = await Promise.all([channel.ask('setting', '1'), channel.ask('tail', '2')])
    expect([first, second]).toStrictEqual(['setting1', 'tail2'])
    await thread.terminate()
    await channel.ended
  })

  it('hands on a failure as its error', async () => {
    const failure = `{ error: 'StoreUnusable', message: 'no' }`
    const channel = createChannel(worker(`port.postMessage({ id: 0, failure: ${failure} })`))
    await expect(channel.opened).rejects.toThrow(StoreUnusable)
    await channel.ended
  })

  const deaths = [
    ['exits', `port.on('message', () => process.exit(7))`, /exit code 7/],
    ['throws', `port.on('message', () => { throw new Error('broken') })`, /broken/],
  ] as const
  it.each(deaths)('rejects all that is pending, and all that comes, when the worker %s', async (_, code, words) => {
    const channel = createChannel(worker(opened + code))
    await channel.opened
    const pending = [channel.ask('setting', '1'), channel.ask('tokens')]
    for (const call of pending) await expect(call).rejects.toThrow(words)
    await channel.ended
    await expect(channel.ask('waits')).rejects.toThrow(StoreUnavailable)
  })

  it('rejects the opening when the worker ends without a word', async () => {
    const channel = createChannel(worker(''))
    await expect(channel.opened).rejects.toThrow(/thread has ended: exit code 0/)
  })
})
