import { jobSteps, type JobStep, type JobTimeline } from '../../../domain/console/life.ts'

/** What a job did between two steps. */
export interface Stretch {
  readonly step: JobStep
  readonly words: string
  readonly from: number
  /** Absent while it lasts. */
  readonly to?: number
}

/** What follows each step. */
const doing: Readonly<Record<Exclude<JobStep, 'done'>, string>> = {
  queued: 'waited for an agent',
  requested: 'container was prepared',
  prepared: 'agent was registered',
  activated: 'agent took the job',
  running: 'ran',
}

/**
 * The stretches in order, without gaps. Steps of an agent that is older than its job count from when the job was
 * queued: nobody waited for them.
 */
export function stretchesOf({ steps }: Pick<JobTimeline, 'steps'>): Stretch[] {
  const began = steps.find(({ step }) => step === 'queued')?.at ?? steps[0]?.at ?? 0
  const ordered = steps
    .map(({ step, at }) => ({ step, at: Math.max(at, began) }))
    .sort((a, b) => a.at - b.at || jobSteps.indexOf(a.step) - jobSteps.indexOf(b.step))
  return ordered.flatMap(({ step, at }, index) => {
    if (step === 'done') return []
    const next = ordered[index + 1]
    if (next && next.at === at) return []
    return [{ step, words: doing[step], from: at, to: next?.at }]
  })
}

/** Its agent was activated before the job was queued: it was held ready, or made for another job. */
export function wasHeld({ steps }: Pick<JobTimeline, 'steps'>): boolean {
  const at = new Map(steps.map((one) => [one.step, one.at]))
  const [queued, activated] = [at.get('queued'), at.get('activated')]
  return queued !== undefined && activated !== undefined && activated <= queued
}

/** Share of the whole of each stretch, 0 to 1; of what lasts, up to now. */
export function sharesOf(stretches: readonly Stretch[], now: number): number[] {
  const lengths = stretches.map(({ from, to }) => Math.max(0, (to ?? now) - from))
  const all = lengths.reduce((sum, length) => sum + length, 0)
  return lengths.map((length) => (all > 0 ? length / all : 0))
}
