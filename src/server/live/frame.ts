import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)

/** Some bytes of the stream, as they are and compressed: made once, whoever many they are for. */
export interface Frame {
  readonly plain: Buffer
  /** A piece of a deflate stream that refers to nothing before it, so that streams may begin anywhere. */
  readonly packed: Buffer
}

/** One event of the stream. JSON has no line breaks of its own. */
export function eventFrame(event: string, data: object): Promise<Frame> {
  return frameOf(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}

export async function frameOf(text: string): Promise<Frame> {
  const plain = Buffer.from(text)
  const packed = await deflate(plain, { level: 4, finishFlush: constants.Z_FULL_FLUSH })
  return { plain, packed }
}

/** What makes frames a stream of bytes for one reader. */
export interface Encoding {
  /** The content-encoding; absent: none. */
  readonly name?: 'gzip'
  readonly head: Buffer
  encode(frame: Frame): Buffer
  /** The end, once all is sent. */
  tail(): Buffer
}

const nothing = Buffer.alloc(0)
const gzipHead = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
/** A last, empty block. */
const lastBlock = [3, 0]

export function createEncoding(accepted: string | undefined): Encoding {
  if (!/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(accepted ?? ''))
    return { head: nothing, encode: ({ plain }) => plain, tail: () => nothing }
  let sum = 0
  let length = 0
  return {
    name: 'gzip',
    head: gzipHead,
    encode({ plain, packed }) {
      sum = crc32(plain, sum)
      length += plain.length
      return packed
    },
    tail() {
      const end = Buffer.alloc(8)
      end.writeUInt32LE(sum, 0)
      end.writeUInt32LE(length % 2 ** 32, 4)
      return Buffer.concat([Buffer.from(lastBlock), end])
    },
  }
}
