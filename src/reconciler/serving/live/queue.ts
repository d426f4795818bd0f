import type { Job } from '../../../domain/jobs/job.ts'
import { requirementKey, requirementText, type Requirement } from '../../../domain/jobs/requirement.ts'
import type { Now, QueueGroup } from '../../../domain/console/live.ts'
import type { WaitGroup } from '../../../domain/plan.ts'

export interface Queue {
  readonly jobs: Now['jobs']
  readonly queue: readonly QueueGroup[]
}

/** The queue as the newest plan explains it, in one pass over the jobs. */
export function queueOf(jobs: Iterable<Job>, waits: readonly WaitGroup[]): Queue {
  const counts = { waiting: 0, queued: 0, running: 0 }
  const oldest = new Map<string, number>()
  const spell = createSpelling()
  for (const job of jobs) {
    if (job.state === 'done') continue
    counts[job.state]++
    if (job.state !== 'queued') continue
    const key = groupKey(job.source, job.scope, spell(job.requirement))
    oldest.set(key, Math.min(oldest.get(key) ?? Infinity, job.queuedAt ?? job.receivedAt))
  }
  const queue = waits.map((group) =>
    groupOf(group, oldest.get(groupKey(group.source, group.scope, spell(group.requirement)))),
  )
  return { jobs: counts, queue: queue.sort((a, b) => (a.oldestQueuedAt ?? Infinity) - (b.oldestQueuedAt ?? Infinity)) }
}

function groupOf({ requirement, ...group }: WaitGroup, oldestQueuedAt: number | undefined): QueueGroup {
  const { source, scope, pool, count, code, reason, next, etaMs } = group
  const labels = requirementText(requirement)
  return { source, scope, pool, labels, count, oldestQueuedAt, code, reason, next, etaMs }
}

function groupKey(source: string, scope: string, requirement: string): string {
  return `${source}\n${scope}\n${requirement}`
}

/** Jobs that ask for the same mostly share the object. */
function createSpelling(): (requirement: Requirement) => string {
  const known = new Map<Requirement, string>()
  return (requirement) => {
    const spelt = known.get(requirement) ?? requirementKey(requirement)
    known.set(requirement, spelt)
    return spelt
  }
}
