import type { Logger } from '../domain/ports/logger.ts'
import type { Store } from '../domain/ports/store.ts'
import { makeHistory } from './history/make-history.ts'
import { describeFailure } from './report.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulate.ts'

export interface SoakOptions {
  readonly seeds: Iterable<number>
  /** An empty one each time. */
  readonly newStore: () => Store
  readonly logger: Logger
  /** Hears of each history that broke a promise, with its shrunk form, in words. */
  readonly onFailure: (words: string, seed: number) => void
  /** After this many failures it gives up. */
  readonly mostFailures: number
  readonly onSeed?: (seed: number) => void
}

export interface Soaked {
  readonly seeds: number
  readonly events: number
  readonly jobs: number
  readonly machines: number
  /** Seeds whose histories broke a promise. */
  readonly failures: readonly number[]
}

/** Simulates the history of each seed. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const total = { seeds: 0, events: 0, jobs: 0, machines: 0 }
  const failures: number[] = []
  const run = (history: ReturnType<typeof makeHistory>) =>
    simulate(history, { store: options.newStore(), logger: options.logger })
  for (const seed of options.seeds) {
    const course = await run(makeHistory(seed))
    total.seeds++
    total.events += course.events
    total.jobs += course.jobs
    total.machines += course.machines
    options.onSeed?.(seed)
    if (course.violations.length === 0) continue
    failures.push(seed)
    options.onFailure(describeFailure(course, await shrink(course, run)), seed)
    if (failures.length >= options.mostFailures) break
  }
  return { ...total, failures }
}
