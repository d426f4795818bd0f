import type { Archive } from '../../domain/ports/archive.ts'
import type { MeasureCall } from './calls.ts'

/** Of `get`, the time until the log begins to come. */
export function measureArchive(measure: MeasureCall, archive: Archive): Archive {
  return {
    kind: archive.kind,
    put: (log, signal) => measure('put', () => archive.put(log, signal)),
    get: (name) => measure('get', () => archive.get(name)),
    prune: (before, limit) => measure('prune', () => archive.prune(before, limit)),
    examine: () => measure('examine', () => archive.examine()),
  }
}
