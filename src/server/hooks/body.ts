import type { IncomingMessage } from 'node:http'
import { BadInput } from '../../domain/errors.ts'

/**
 * The very bytes of a request. Resolves to `too large` as soon as there are more than `limit`; the rest is dropped.
 * BadInput if the sender goes away in the middle.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too large'> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) return Promise.resolve('too large')
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const collect = (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) {
        chunks.push(chunk)
        return
      }
      // The stream flows on into nothing, so that the sender can finish and read the answer.
      request.off('data', collect)
      resolve('too large')
    }
    const broken = () => reject(new BadInput('the request ended before its body was complete'))
    request.on('data', collect)
    request.once('error', broken)
    request.once('close', broken)
    request.once('end', () => {
      // Every request closes; an error made for each would cost more than the rest of this.
      request.off('close', broken)
      resolve(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks))
    })
  })
}
