import type { LogFacts } from '../../domain/ports/archive.ts'

/** At most this much of the end of a long log is kept: it waits in memory for the end to come. */
const mostTail = 4 * 1024 * 1024

/** What is archived: a few lines that tell whose log it is, then the log, its middle left out if it is too long. */
export async function* archivedContent(
  facts: LogFacts,
  log: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(heading(facts))
  yield* bounded(log, maxBytes)
}

/** Whoever opens the file by hand knows what it is of. */
export function heading({ agent, pool, machine, source, scope, job, beganAt, endedAt, exit }: LogFacts): string {
  const title = job && [job.workflow, job.name].filter(Boolean).join(' / ')
  const lines = [
    `agent    ${agent} of pool ${pool} on machine ${machine}`,
    job ? `job      ${job.key} (${title}) of ${job.repository}` : `source   ${source}, scope ${scope}, no job known`,
    `began    ${new Date(beganAt).toISOString()}`,
    `ended    ${new Date(endedAt).toISOString()}, ${exit.kind}: ${exit.detail}`,
  ]
  return `${lines.map((line) => `[slipway] ${oneLine(line)}\n`).join('')}\n`
}

/** Names and reasons come from outside: none of them gets a line of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}

/**
 * The log as it is, up to `maxBytes`. Of a longer one the beginning and the end, with a line between them that says how
 * much is missing. Characters are not cut.
 */
export async function* bounded(log: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  const tailBytes = Math.min(mostTail, Math.floor(maxBytes / 4))
  const tail = createEnd(tailBytes)
  let room = maxBytes - tailBytes
  for await (const chunk of log) {
    if (room === 0) {
      tail.add(chunk)
      continue
    }
    const cut = chunk.length <= room ? chunk.length : startOfCharacter(chunk, room)
    yield chunk.subarray(0, cut)
    room -= cut
    if (cut === chunk.length) continue
    // What the beginning did not use of its share.
    tail.widen(room)
    room = 0
    tail.add(chunk.subarray(cut))
  }
  if (tail.dropped() > 0) yield Buffer.from(`\n[slipway] ${tail.dropped()} bytes are left out here\n`)
  yield* tail.chunks()
}

/** Keeps the last `limit` bytes of what it is fed. */
function createEnd(bytes: number) {
  let limit = bytes
  const kept: Uint8Array[] = []
  let held = 0
  let dropped = 0
  return {
    widen: (more: number) => void (limit += more),
    add(chunk: Uint8Array): void {
      // A copy: the reader may use its buffer again.
      kept.push(Uint8Array.from(chunk))
      held += chunk.length
      for (let first = kept[0]; first && held > limit; first = kept[0]) {
        const surplus = Math.min(first.length, endOfCharacter(first, held - limit))
        dropped += surplus
        held -= surplus
        if (surplus === first.length) kept.shift()
        else kept[0] = first.subarray(surplus)
      }
    },
    dropped: () => dropped,
    chunks: () => kept,
  }
}

/** The place at or before `at` where a character of UTF-8 begins. */
function startOfCharacter(bytes: Uint8Array, at: number): number {
  let place = at
  while (place > 0 && at - place < 3 && isInside(bytes[place])) place--
  return place
}

/** The place at or after `at` where a character of UTF-8 begins. */
function endOfCharacter(bytes: Uint8Array, at: number): number {
  let place = at
  while (place - at < 3 && isInside(bytes[place])) place++
  return place
}

function isInside(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
