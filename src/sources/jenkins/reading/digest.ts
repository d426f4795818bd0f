import type { Clock } from '../../../domain/ports/clock.ts'
import type { JobObservation } from '../../../domain/jobs/job.ts'
import type { Controller } from '../api/controller.ts'
import type { Keeper } from '../nodes/keeper.ts'
import type { Tracks } from '../nodes/tracks.ts'
import type { Book } from './book.ts'
import { findBound } from './bound.ts'
import { takeReading, type Reading } from './reading.ts'
import type { QueueItem } from './shapes.ts'

/** A reading, and what it comes to. */
export interface Digest {
  readonly reading: Reading
  readonly jobs: readonly JobObservation[]
  /** Steps that wait for the node that they had, by node. */
  readonly bound: ReadonlyMap<string, QueueItem>
}

export interface DigesterOptions {
  readonly controller: Controller
  readonly owner: string
  readonly clock: Clock
  readonly tracks: Tracks
  readonly book: Book
  readonly keeper: Pick<Keeper, 'tend'>
  /** Gets what runs, until it has been told. */
  readonly untold: Map<string, JobObservation>
}

/** Takes a reading, remembers what it shows, and sees to our nodes by it. */
export function createDigester({ controller, owner, clock, tracks, book, keeper, untold }: DigesterOptions) {
  return async function digest(): Promise<Digest> {
    const reading = await takeReading(controller, owner, clock)
    const ours = [...reading.nodes.values()].filter((node) => node.ours)
    // A restart is told from what was seen before it.
    const bound = findBound(reading, tracks)
    for (const node of ours) tracks.see(node, reading.session)
    tracks.keep(new Set(ours.map((node) => node.name)))
    const jobs = book.jobsIn(reading, bound)
    for (const job of jobs) if (job.state === 'running') untold.set(job.externalId, job)
    await keeper.tend(reading, bound)
    return { reading, jobs, bound }
  }
}
