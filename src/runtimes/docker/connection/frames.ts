/**
 * Takes the engine's framed output of a container without a terminal (8 bytes of head: stream, three zeros, length)
 * apart. Pass it chunks as they come; `onPayload` gets the output in the order of writing, both streams in one.
 */
export function createFrameReader(onPayload: (payload: Buffer) => void): (chunk: Buffer) => void {
  let head: Buffer = Buffer.alloc(0)
  let left = 0
  return (chunk) => {
    let at = 0
    while (at < chunk.length) {
      if (left > 0) {
        const part = chunk.subarray(at, at + left)
        left -= part.length
        at += part.length
        onPayload(part)
        continue
      }
      const missing = chunk.subarray(at, at + 8 - head.length)
      head = Buffer.concat([head, missing])
      at += missing.length
      if (head.length < 8) return
      left = head.readUInt32BE(4)
      head = Buffer.alloc(0)
    }
  }
}

/** Keeps the last `limit` bytes of what it is fed. Its cost is that of what it is fed, however small the pieces are. */
export function createTail(limit: number) {
  const ring = Buffer.alloc(limit)
  let fed = 0
  return {
    add(payload: Buffer): void {
      const last = payload.subarray(Math.max(0, payload.length - limit))
      const at = (fed + payload.length - last.length) % limit
      const before = last.copy(ring, at)
      last.copy(ring, 0, before)
      fed += payload.length
    },
    /** As text; half a character at the cut is left out. */
    text(): string {
      const at = fed % limit
      const kept = fed <= limit ? ring.subarray(0, fed) : Buffer.concat([ring.subarray(at), ring.subarray(0, at)])
      let start = 0
      while (start < 3 && ((kept[start] ?? 0) & 0xc0) === 0x80) start++
      return kept.subarray(start).toString('utf8')
    },
  }
}
