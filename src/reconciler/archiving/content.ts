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
  let room = maxBytes - tailBytes
  let tail: ReturnType<typeof createEnd> | undefined
  for await (const chunk of log) {
    if (tail) {
      tail.add(chunk)
      continue
    }
    const cut = chunk.length <= room ? chunk.length : startOfCharacter(chunk, room)
    yield chunk.subarray(0, cut)
    room -= cut
    if (cut === chunk.length) continue
    // What the beginning did not use of its share is the end's.
    tail = createEnd(tailBytes + room)
    tail.add(chunk.subarray(cut))
  }
  if (!tail) return
  const { bytes, dropped } = tail.kept()
  if (dropped > 0) yield Buffer.from(`\n[slipway] ${dropped} bytes are left out here\n`)
  yield bytes
}

/** Keeps the last `limit` bytes of what it is fed, from the beginning of a character on. */
function createEnd(limit: number) {
  const ring = Buffer.alloc(limit)
  let fed = 0
  return {
    add(chunk: Uint8Array): void {
      const last = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).subarray(Math.max(0, chunk.length - limit))
      const before = last.copy(ring, (fed + chunk.length - last.length) % limit)
      last.copy(ring, 0, before)
      fed += chunk.length
    },
    kept(): { readonly bytes: Uint8Array; readonly dropped: number } {
      if (fed <= limit) return { bytes: ring.subarray(0, fed), dropped: 0 }
      const at = fed % limit
      const whole = Buffer.concat([ring.subarray(at), ring.subarray(0, at)])
      const bytes = whole.subarray(endOfCharacter(whole, 0))
      return { bytes, dropped: fed - bytes.length }
    },
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
