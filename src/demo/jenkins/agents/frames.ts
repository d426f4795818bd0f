/*
 * As much of WebSocket as short lines of text need. An agent of a few lines of shell speaks it with a mask of zeros.
 */

export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  if (payload.length > 125) throw new RangeError('a frame holds at most 125 bytes here')
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload])
}

export const CLOSE = Buffer.from([0x88, 0])

/** Feeds in bytes as they come; calls `onText` with each text, `onClose` when the other side says so. */
export function createFrameReader(onText: (text: string) => void, onClose: () => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0)
  return (chunk) => {
    held = Buffer.concat([held, chunk])
    for (let frame = nextFrame(held); frame; frame = nextFrame(held)) {
      held = held.subarray(frame.length)
      if (frame.opcode === 1) onText(frame.payload.toString('utf8'))
      if (frame.opcode === 8) onClose()
    }
  }
}

interface Frame {
  readonly opcode: number
  readonly payload: Buffer
  readonly length: number
}

function nextFrame(bytes: Buffer): Frame | undefined {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return undefined
  const size = second & 0x7f
  const masked = (second & 0x80) !== 0
  if (size > 125) throw new RangeError('a longer frame than any that is expected')
  const start = masked ? 6 : 2
  if (bytes.length < start + size) return undefined
  const mask = masked ? bytes.subarray(2, 6) : Buffer.alloc(4)
  const payload = Buffer.from(bytes.subarray(start, start + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
  return { opcode: first & 0x0f, payload, length: start + size }
}
