import { describe, expect, it } from 'vitest'
import { createFrameReader, createTail } from './frames.ts'

function frame(stream: 1 | 2, text: string): Buffer {
  const payload = Buffer.from(text)
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(payload.length, 4)
  return Buffer.concat([head, payload])
}

describe('frames', () => {
  const whole = Buffer.concat([frame(1, 'hello '), frame(2, ''), frame(2, 'wörld'), frame(1, '!')])

  it.each([1, 2, 3, 7, 8, 9, 1000])('are put together from chunks of %d bytes', (size) => {
    const parts: Buffer[] = []
    const read = createFrameReader((payload) => parts.push(payload))
    for (let at = 0; at < whole.length; at += size) read(whole.subarray(at, at + size))
    expect(Buffer.concat(parts).toString()).toBe('hello wörld!')
  })
})

describe('tail', () => {
  it('keeps the last bytes', () => {
    const tail = createTail(5)
    for (const text of ['abc', 'def', 'gh']) tail.add(Buffer.from(text))
    expect(tail.text()).toBe('defgh')
  })

  it('does not begin within a character', () => {
    const tail = createTail(4)
    tail.add(Buffer.from('a☃xy'))
    expect(tail.text()).toBe('xy')
  })
})
