import type { ServerResponse } from 'node:http'
import type { Caller } from '../login/caller.ts'
import type { Encoding, Frame } from './frame.ts'

/** Bytes that may wait for one reader; whatever comes then waits as its place in the sequence alone. */
const mostWaiting = 1_048_576
/** Beats without a byte read, though some wait, after which a reader is given up. */
const patience = 2

/** One reader of the stream. */
export interface Client {
  readonly caller: Caller
  /** The change that it has come to; undefined before its first picture. */
  seq: number | undefined
  /** A whole picture is being made for it. */
  fetching: boolean
  readonly isFull: () => boolean
  send(frame: Frame): void
  /** A sign of life; false if the reader has stopped reading. */
  beat(frame: Frame): boolean
  /** Says why, and ends. */
  end(frame: Frame): void
  /** Ends without a word: nobody reads. */
  drop(): void
}

export function createClient(
  response: ServerResponse,
  encoding: Encoding,
  caller: Caller,
  onRoom: (client: Client) => void,
): Client {
  let idleBeats = 0
  if (encoding.head.length > 0) response.write(encoding.head)
  const client: Client = {
    caller,
    seq: undefined,
    fetching: false,
    isFull: () => response.writableLength > mostWaiting,
    send: (frame) => void response.write(encoding.encode(frame)),
    beat(frame) {
      if (!response.writableNeedDrain) {
        idleBeats = 0
        client.send(frame)
        return true
      }
      idleBeats++
      return idleBeats < patience
    },
    end(frame) {
      client.send(frame)
      response.end(encoding.tail())
    },
    drop: () => void response.destroy(),
  }
  response.on('drain', () => {
    idleBeats = 0
    onRoom(client)
  })
  return client
}
