import { containerName } from '../../../domain/agent.ts'
import { createFrameReader } from '../connection/frames.ts'
import { ACK } from '../container/wrapper.ts'
import type { Engine } from '../context.ts'
import { openLog } from './tail.ts'

/** So many bytes tell whether the engine still has the beginning. */
const enough = ACK.length + 2

/** All output that the engine still has, without the wrapper's acknowledgement. The deadline is one of silence. */
export async function* log(engine: Engine, key: string): AsyncGenerator<Uint8Array> {
  const what = `reading the log of ${key}`
  const closing = new AbortController()
  const payloads: Buffer[] = []
  const read = createFrameReader((payload) => payloads.push(payload))
  let head: Buffer | undefined = Buffer.alloc(0)
  try {
    const stream = await engine.call(what, engine.deadlines.end, (signal) => {
      const either = AbortSignal.any([signal, closing.signal])
      return openLog(engine.docker, containerName(engine.owner, key), 'all', either)
    })
    const chunks = stream[Symbol.asyncIterator]()
    for (;;) {
      const next = await engine.call(what, engine.deadlines.end, async () => chunks.next())
      if (next.done) break
      read(next.value as Buffer)
      // A frame is a line: they are passed on together.
      const output = Buffer.concat(payloads.splice(0))
      if (!head) {
        yield output
        continue
      }
      head = Buffer.concat([head, output])
      if (head.length < enough) continue
      yield beginning(head)
      head = undefined
    }
    if (head && head.length > 0) yield beginning(head)
  } finally {
    closing.abort()
  }
}

const LOST = '[slipway: the beginning is missing: the engine keeps only the last output of a container]\n'

/**
 * Every container that was activated begins with the acknowledgement, and one that was not with words of the wrapper:
 * what begins otherwise has lost its beginning.
 */
export function beginning(head: Buffer): Buffer {
  if (head.indexOf(ACK) === 0) return head.subarray(ACK.length + (head[ACK.length] === 0x0a ? 1 : 0))
  return head.indexOf('slipway: ') === 0 ? head : Buffer.concat([Buffer.from(LOST), head])
}
