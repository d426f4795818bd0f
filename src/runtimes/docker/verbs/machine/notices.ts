import type { EvictionNotice } from '../../../../domain/ports/runtime.ts'
import { NotFound } from '../../../../domain/errors.ts'
import type { Engine } from '../../context.ts'
import { readTail } from '../tail.ts'

/** The container that the bootstrap starts; it writes a line of JSON for each event that it learns of. */
const WATCHER = 'slipway-watcher'
const TAIL_BYTES = 16 * 1024

export function notices(engine: Engine): Promise<readonly EvictionNotice[]> {
  return engine.call('reading what the eviction watcher saw', engine.deadlines.end, async (signal) => {
    try {
      return parseNotices(await readTail(engine, WATCHER, TAIL_BYTES, signal))
    } catch (error) {
      if (error instanceof NotFound || (error as { statusCode?: number }).statusCode === 404) return []
      throw error
    }
  })
}

/** Lines that are no notice are the watcher's own words, or cut off at the front. */
export function parseNotices(text: string): EvictionNotice[] {
  const found = new Map<string, EvictionNotice>()
  for (const line of text.split('\n')) {
    const notice = line.startsWith('{') ? toNotice(line) : undefined
    if (notice) found.set(notice.id, notice)
  }
  return [...found.values()]
}

function toNotice(line: string): EvictionNotice | undefined {
  try {
    const { EventId, EventType, NotBefore } = JSON.parse(line) as Record<string, unknown>
    if (typeof EventId !== 'string' || typeof EventType !== 'string') return undefined
    const at = typeof NotBefore === 'string' ? Date.parse(NotBefore) : NaN
    return { id: EventId, what: EventType, ...(Number.isFinite(at) && { notBefore: at }) }
  } catch {
    return undefined
  }
}
