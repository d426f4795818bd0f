import type { Scope, SourceReading } from '../../../domain/ports/source.ts'
import type { Digest } from './digest.ts'
import type { Reader } from './reading.ts'
import type { Rhythm } from './rhythm.ts'

/** Every live job of the controller: the queue is always read as a whole. */
export function createRead(reader: Reader<Digest>, rhythm: Rhythm) {
  return async function read(_scope: Scope, busy: readonly string[]): Promise<SourceReading> {
    rhythm.took(false)
    const { jobs, reading } = await reader.fresh()
    const open = [...reading.nodes.values()].some((node) => node.ours && node.idle && !node.shielded)
    if (open) rhythm.took(true)
    const covered = [...new Set([...busy, ...jobs.map(({ repository }) => repository)])]
    return { jobs, began: reading.began, covered, staleSince: reading.began }
  }
}
