import { Throttled } from '../../../domain/errors.ts'
import type { JobObservation } from '../../../domain/jobs/job.ts'
import type { Scope, SourceReading } from '../../../domain/ports/source.ts'
import type { Digest } from './digest.ts'
import type { Reader } from './reading.ts'
import type { Rhythm } from './rhythm.ts'

/**
 * Every live job of the controller: the queue is always read as a whole. `untold`: builds that were seen to run in
 * readings for other reasons; one that is over by now would never be heard of else.
 */
export function createRead(reader: Reader<Digest>, rhythm: Rhythm, untold: Map<string, JobObservation>) {
  return async function read(_scope: Scope, busy: readonly string[]): Promise<SourceReading> {
    const { jobs: now, reading } = await inRhythm(reader, rhythm)
    const listed = new Set(now.map(({ externalId }) => externalId))
    const jobs = [...now, ...[...untold.values()].filter(({ externalId }) => !listed.has(externalId))]
    untold.clear()
    const covered = [...new Set([...busy, ...jobs.map(({ repository }) => repository)])]
    return { jobs, began: reading.began, covered, staleSince: reading.began }
  }
}

async function inRhythm(reader: Reader<Digest>, rhythm: Rhythm): Promise<Digest> {
  rhythm.began()
  try {
    const digest = await reader.fresh()
    const nodes = [...digest.reading.nodes.values()]
    rhythm.took(nodes.some((node) => node.ours && node.idle && !node.shielded))
    return digest
  } catch (error) {
    rhythm.failed(error instanceof Throttled ? error.retryAfterMs : 0)
    throw error
  }
}
