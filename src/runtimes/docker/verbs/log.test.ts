import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createFakeClock } from '../../../../test/fakes/clock.ts'
import { silentLogger } from '../../../../test/fakes/ports.ts'
import { callEngine } from '../connection/call.ts'
import { defaultDeadlines, type Engine } from '../context.ts'
import { beginning, log } from './log.ts'

function frame(text: string, stream = 1): Buffer {
  const body = Buffer.from(text)
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(body.length, 4)
  return Buffer.concat([head, body])
}

function openEngine() {
  const clock = createFakeClock()
  const stream = new PassThrough()
  const asked: string[] = []
  const signals: AbortSignal[] = []
  const docker = {
    modem: {
      dial(
        request: { path: string; options: object; abortSignal: AbortSignal },
        done: (e: unknown, s: unknown) => void,
      ) {
        asked.push(`${request.path}${JSON.stringify(request.options)}`)
        signals.push(request.abortSignal)
        done(undefined, stream)
      },
    },
  } as unknown as Engine['docker']
  const engine = {
    owner: 'acme',
    docker,
    clock,
    logger: silentLogger,
    deadlines: defaultDeadlines,
    call: (what: string, ms: number, run: (signal: AbortSignal) => Promise<unknown>) =>
      callEngine({ docker, clock, where: 'unix:///x' }, what, ms, run),
  } as unknown as Engine
  return { engine, clock, stream, asked, signals }
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts).toString()
}

it('gives all output, both streams as they came, without the acknowledgement', async () => {
  const { engine, stream, asked } = openEngine()
  const all = Buffer.concat([frame('slipway: act'), frame('ivated\none\n'), frame('two\n', 2), frame('', 1)])
  // However the network cuts it.
  for (const byte of all) stream.write(Buffer.from([byte]))
  stream.end()
  expect(await textOf(log(engine, 'a1'))).toBe('one\ntwo\n')
  expect(asked).toEqual(['/containers/slipway-acme-a1/logs?{"stdout":true,"stderr":true,"tail":"all"}'])
})

it.each([
  ['slipway: activated\nhello', 'hello'],
  ['slipway: activated', ''],
  ['slipway: never activated\n', 'slipway: never activated\n'],
  ['slipway: cannot run /x: not found in the image\n', 'slipway: cannot run /x: not found in the image\n'],
  ['', ''],
])('%j becomes %j', async (written, expected) => {
  const { engine, stream } = openEngine()
  stream.end(frame(written))
  expect(await textOf(log(engine, 'a1'))).toBe(expected)
})

it('says that the beginning is missing where the engine let go of it', () => {
  expect(beginning(Buffer.from('middle of a line\n')).toString()).toMatch(
    /^\[slipway: the beginning is missing[^\n]*\]\nmiddle of a line\n$/,
  )
})

it('gives up when nothing comes any more, and ends the request when nobody reads on', async () => {
  const { engine, clock, stream, signals } = openEngine()
  stream.write(frame('slipway: activated\nbefore it hung\n'))
  const reading = log(engine, 'a1')
  expect(Buffer.from((await reading.next()).value as Uint8Array).toString()).toBe('before it hung\n')
  const next = reading.next().catch(String)
  await clock.advance(defaultDeadlines.end)
  expect(await next).toMatch(/did not answer/)
  expect(signals[0]?.aborted).toBe(true)

  const other = openEngine()
  other.stream.write(frame('slipway: activated\nx'))
  const unread = log(other.engine, 'a1')
  await unread.next()
  await unread.return(undefined)
  expect(other.signals[0]?.aborted).toBe(true)
})
